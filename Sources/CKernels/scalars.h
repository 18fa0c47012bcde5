#pragma once
#include "CKernels.h"

// The tables of Generated/scalars.c, each in the order of its first member.

typedef struct ck_range {
    uint32_t first, last;
} ck_range;

/// A scalar, and the one that it becomes.
typedef struct ck_pair {
    uint32_t from, to;
} ck_pair;

/// A scalar, and the several that it becomes.
typedef struct ck_scalars {
    uint32_t from, count, to[3];
} ck_scalars;

extern const ck_range ck_removed[], ck_spaces[], ck_alone[];
extern const size_t ck_removed_count, ck_spaces_count, ck_alone_count;
extern const ck_pair ck_mapped[];
extern const size_t ck_mapped_count;
extern const ck_scalars ck_long[];
extern const size_t ck_long_count;

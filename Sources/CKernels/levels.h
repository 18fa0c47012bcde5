#pragma once
#include "CKernels.h"

// How kernels are made for several levels: each has an implementation a level, and asks for it by `level`.

#if defined(__x86_64__)
#include <immintrin.h>
#define CK_X86 1
#define CK_TARGET_AVX2 __attribute__((target("avx2")))
#define CK_TARGET_AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")))
#else
#define CK_X86 0
#endif

#define CK_INLINE static inline __attribute__((always_inline))

// Sixteen of each, wherever they lie. The compiler cuts them into what a level has; the result is the same.
typedef float ck_v16f __attribute__((ext_vector_type(16), aligned(4)));
typedef int32_t ck_v16i __attribute__((ext_vector_type(16), aligned(4)));
typedef int16_t ck_v16s __attribute__((ext_vector_type(16), aligned(2)));

// Neither kernel may take a product and a sum as one: that rounds otherwise.
#pragma STDC FP_CONTRACT OFF

#pragma once
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

// Kernels for embeddings and for the search among them. Every function gives the same bits at every level and on every
// processor: sums of integers are exact, and sums of floats are made in one order, never contracted.

/// Instructions that a kernel may use. The levels below the best one are there for older processors, and for tests.
typedef enum ck_level {
    /// Plain loops.
    CK_SCALAR = 0,
    /// SSE2 on x86-64; elsewhere what the compiler makes of vectors.
    CK_BASE = 1,
    CK_AVX2 = 2,
    /// AVX-512 F, BW, DQ, VL and VNNI.
    CK_AVX512 = 3,
} ck_level;

/// The best level of this processor.
ck_level ck_level_best(void);

// ---- Search ----

/// Rows of codes are as long as this many bytes, or a multiple of it; zeros fill them up.
#define CK_STRIDE 64
/// Rows that share a word of the bitmap.
#define CK_GROUP 64

/// A row that was found. The score is its dot product with the query's codes, times the row's scale.
typedef struct ck_candidate {
    float score;
    uint32_t row;
} ck_candidate;

/// Dot products of `count` rows with one query, exact. `wide` holds the same codes as `query`.
void ck_dots(
    ck_level level, const int8_t *rows, size_t stride, size_t count, const int8_t *query, const int16_t *wide,
    int32_t *products);

/// The best `keep` of the rows from `first` up to `end`, for each of several queries.
///
/// `first` is a multiple of CK_GROUP. Rows whose bit in `visible` is not set are not looked at, nor are those whose
/// scale is 0; `visible` may be null. Each query has room for `keep` candidates, which come back in no order. Equal
/// scores: the lower row.
void ck_scan(
    ck_level level, const int8_t *rows, const float *scales, size_t stride, size_t first, size_t end,
    const uint64_t *_Nullable visible, const int8_t *queries, const int16_t *wide, size_t query_count, size_t keep,
    ck_candidate *candidates, size_t *counts);

/// Codes from -127 to 127 for `count` floats; returns the scale by which they are to be multiplied, 0 if all are 0.
float ck_codes(const float *values, size_t count, int8_t *codes);

/// A dot product of floats, summed in double precision in one order. Products are exact.
double ck_dot(const float *a, const float *b, size_t count);

// ---- Transformer ----

/// Inputs that share a scale.
#define CK_CHUNK 64
/// Outputs that lie together: a panel.
#define CK_PANEL 16
/// Floats of an attention head.
#define CK_HEAD 32

/// A matrix of `outputs` x `inputs` weights: multiples of 2 * CK_PANEL and of CK_CHUNK.
typedef struct ck_matrix {
    /// [panel][input / 2][output in panel][input % 2]
    const int8_t *codes;
    /// [panel][chunk][output in panel]
    const float *scales;
    const float *bias;
    size_t outputs, inputs;
} ck_matrix;

/// `rows` rows of 16-bit codes, and their scales, for rows of `count` floats, a multiple of 16.
void ck_quantise(ck_level level, const float *x, size_t rows, size_t count, int16_t *codes, float *scales);

/// `y = x · matrix + bias`, a row for each row of codes.
void ck_product(
    ck_level level, const int16_t *codes, const float *scales, size_t rows, const ck_matrix *matrix, float *y);

/// `x = norm(x + added) * gain + bias`, row by row (layer normalisation, epsilon 1e-12).
void ck_add_norm(
    ck_level level, float *x, const float *added, const float *gain, const float *bias, size_t rows, size_t count);

/// The Gaussian error linear unit, within 2e-7 of the exact one, in place.
void ck_gelu(ck_level level, float *x, size_t count);

/// Floats that `ck_attention` needs beside.
size_t ck_attention_room(size_t tokens);

/// Attention among the tokens of one text. A row of `qkv` holds queries, keys and values of all heads.
void ck_attention(ck_level level, const float *qkv, size_t tokens, size_t heads, float *room, float *out);

/// `y = code * scale + added`, for one row; `added` may be null.
void ck_widen(const int8_t *codes, float scale, const float *_Nullable added, size_t count, float *y);

/// The mean of rows, at length 1.
void ck_pool(const float *x, size_t rows, size_t count, float *y);

// ---- Text ----

/// What a Unicode scalar becomes before words are cut into pieces (BertNormalizer, BertPreTokenizer).
typedef enum ck_scalar_kind {
    /// Part of a word, as `scalars`.
    CK_LETTER = 0,
    /// Leaves nothing behind.
    CK_REMOVED = 1,
    /// Parts words.
    CK_SPACE = 2,
    /// A word of its own, as `scalars`.
    CK_ALONE = 3,
} ck_scalar_kind;

typedef struct ck_scalar {
    ck_scalar_kind kind;
    uint32_t count;
    uint32_t scalars[3];
} ck_scalar;

ck_scalar ck_normalise(uint32_t scalar);

#pragma clang assume_nonnull end

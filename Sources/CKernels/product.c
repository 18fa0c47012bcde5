#include "levels.h"

// Products of 16-bit codes and 8-bit weights are summed over a chunk in 32 bits, which hold them all: 2^15 · 2^7 · 2^6.
// Chunks are added as floats, in their order, and at the end every row gets its own scale.

static void product_scalar(const int16_t *codes, size_t rows, const ck_matrix *matrix, float *y) {
    const size_t inputs = matrix->inputs, chunks = inputs / CK_CHUNK;
    for (size_t output = 0; output < matrix->outputs; output++) {
        const int8_t *weights = matrix->codes + output / CK_PANEL * CK_PANEL * inputs + output % CK_PANEL * 2;
        const float *scales = matrix->scales + output / CK_PANEL * CK_PANEL * chunks + output % CK_PANEL;
        for (size_t row = 0; row < rows; row++) {
            float total = 0;
            for (size_t chunk = 0; chunk < chunks; chunk++) {
                int32_t sum = 0;
                for (size_t i = chunk * CK_CHUNK; i < (chunk + 1) * CK_CHUNK; i++)
                    sum += (int32_t)codes[row * inputs + i] * weights[i / 2 * 2 * CK_PANEL + i % 2];
                total += (float)sum * scales[chunk * CK_PANEL];
            }
            y[row * matrix->outputs + output] = total;
        }
    }
}

#if CK_X86

CK_INLINE int32_t pair(const int16_t *codes) {
    int32_t value;
    __builtin_memcpy(&value, codes, sizeof value);
    return value;
}

/// Two rows at most, and one panel: eight sums in sixteen registers.
CK_INLINE void base_block(const int16_t *codes, int rows, const ck_matrix *matrix, size_t panel, float *y) {
    const size_t inputs = matrix->inputs, outputs = matrix->outputs, chunks = inputs / CK_CHUNK;
    const int8_t *weights = matrix->codes + panel * CK_PANEL * inputs;
    const float *scales = matrix->scales + panel * CK_PANEL * chunks;
    for (size_t chunk = 0; chunk < chunks; chunk++) {
        __m128i sums[2][4];
        for (int row = 0; row < rows; row++)
            for (int part = 0; part < 4; part++) sums[row][part] = _mm_setzero_si128();
        for (size_t i = chunk * CK_CHUNK; i < (chunk + 1) * CK_CHUNK; i += 2, weights += 2 * CK_PANEL) {
            __m128i w[4];
            for (int half = 0; half < 2; half++) {
                __m128i bytes = _mm_loadu_si128((const __m128i *)(weights + half * 16));
                w[half * 2] = _mm_srai_epi16(_mm_unpacklo_epi8(bytes, bytes), 8);
                w[half * 2 + 1] = _mm_srai_epi16(_mm_unpackhi_epi8(bytes, bytes), 8);
            }
            for (int row = 0; row < rows; row++) {
                __m128i x = _mm_set1_epi32(pair(codes + (size_t)row * inputs + i));
                for (int part = 0; part < 4; part++)
                    sums[row][part] = _mm_add_epi32(sums[row][part], _mm_madd_epi16(w[part], x));
            }
        }
        for (int row = 0; row < rows; row++)
            for (int part = 0; part < 4; part++) {
                float *out = y + (size_t)row * outputs + panel * CK_PANEL + part * 4;
                __m128 added = _mm_mul_ps(
                    _mm_cvtepi32_ps(sums[row][part]), _mm_loadu_ps(scales + chunk * CK_PANEL + part * 4));
                _mm_storeu_ps(out, chunk == 0 ? added : _mm_add_ps(_mm_loadu_ps(out), added));
            }
    }
}

static void product_base(const int16_t *codes, size_t rows, const ck_matrix *matrix, float *y) {
    for (size_t panel = 0; panel < matrix->outputs / CK_PANEL; panel++) {
        size_t row = 0;
        for (; row + 2 <= rows; row += 2)
            base_block(codes + row * matrix->inputs, 2, matrix, panel, y + row * matrix->outputs);
        if (row < rows) base_block(codes + row * matrix->inputs, 1, matrix, panel, y + row * matrix->outputs);
    }
}

/// Five rows at most, and one panel: ten sums in sixteen registers.
CK_TARGET_AVX2 CK_INLINE void avx2_block(
    const int16_t *codes, int rows, const ck_matrix *matrix, size_t panel, float *y) {
    const size_t inputs = matrix->inputs, outputs = matrix->outputs, chunks = inputs / CK_CHUNK;
    const int8_t *weights = matrix->codes + panel * CK_PANEL * inputs;
    const float *scales = matrix->scales + panel * CK_PANEL * chunks;
    for (size_t chunk = 0; chunk < chunks; chunk++) {
        __m256i sums[5][2];
        for (int row = 0; row < rows; row++) sums[row][0] = sums[row][1] = _mm256_setzero_si256();
        for (size_t i = chunk * CK_CHUNK; i < (chunk + 1) * CK_CHUNK; i += 2, weights += 2 * CK_PANEL) {
            __m256i a = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)weights));
            __m256i b = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(weights + 16)));
#pragma clang loop unroll(full)
            for (int row = 0; row < rows; row++) {
                __m256i x = _mm256_set1_epi32(pair(codes + (size_t)row * inputs + i));
                sums[row][0] = _mm256_add_epi32(sums[row][0], _mm256_madd_epi16(a, x));
                sums[row][1] = _mm256_add_epi32(sums[row][1], _mm256_madd_epi16(b, x));
            }
        }
        for (int row = 0; row < rows; row++)
            for (int part = 0; part < 2; part++) {
                float *out = y + (size_t)row * outputs + panel * CK_PANEL + part * 8;
                __m256 added = _mm256_mul_ps(
                    _mm256_cvtepi32_ps(sums[row][part]), _mm256_loadu_ps(scales + chunk * CK_PANEL + part * 8));
                _mm256_storeu_ps(out, chunk == 0 ? added : _mm256_add_ps(_mm256_loadu_ps(out), added));
            }
    }
}

CK_TARGET_AVX2 static void product_avx2(const int16_t *codes, size_t rows, const ck_matrix *matrix, float *y) {
    const size_t inputs = matrix->inputs, outputs = matrix->outputs;
    for (size_t panel = 0; panel < outputs / CK_PANEL; panel++)
        for (size_t row = 0; row < rows;) {
            const int16_t *x = codes + row * inputs;
            float *out = y + row * outputs;
            switch (rows - row) {
            case 1: avx2_block(x, 1, matrix, panel, out); row += 1; break;
            case 2: avx2_block(x, 2, matrix, panel, out); row += 2; break;
            case 3: avx2_block(x, 3, matrix, panel, out); row += 3; break;
            case 4: avx2_block(x, 4, matrix, panel, out); row += 4; break;
            default: avx2_block(x, 5, matrix, panel, out); row += 5; break;
            }
        }
}

/// Twelve rows at most, and two panels: 24 sums in 32 registers.
CK_TARGET_AVX512 CK_INLINE void avx512_block(
    const int16_t *codes, int rows, const ck_matrix *matrix, size_t panel, float *y) {
    const size_t inputs = matrix->inputs, outputs = matrix->outputs, chunks = inputs / CK_CHUNK;
    const int8_t *weights = matrix->codes + panel * CK_PANEL * inputs;
    const int8_t *more_weights = weights + CK_PANEL * inputs;
    const float *scales = matrix->scales + panel * CK_PANEL * chunks;
    for (size_t chunk = 0; chunk < chunks; chunk++) {
        __m512i sums[12][2];
#pragma clang loop unroll(full)
        for (int row = 0; row < rows; row++) sums[row][0] = sums[row][1] = _mm512_setzero_si512();
        for (size_t i = chunk * CK_CHUNK; i < (chunk + 1) * CK_CHUNK; i += 2) {
            __m512i a = _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)(weights + i * CK_PANEL)));
            __m512i b = _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)(more_weights + i * CK_PANEL)));
#pragma clang loop unroll(full)
            for (int row = 0; row < rows; row++) {
                __m512i x = _mm512_set1_epi32(pair(codes + (size_t)row * inputs + i));
                sums[row][0] = _mm512_dpwssd_epi32(sums[row][0], a, x);
                sums[row][1] = _mm512_dpwssd_epi32(sums[row][1], b, x);
            }
        }
#pragma clang loop unroll(full)
        for (int row = 0; row < rows; row++)
            for (int part = 0; part < 2; part++) {
                float *out = y + (size_t)row * outputs + (panel + (size_t)part) * CK_PANEL;
                __m512 scale = _mm512_loadu_ps(scales + ((size_t)part * chunks + chunk) * CK_PANEL);
                __m512 added = _mm512_mul_ps(_mm512_cvtepi32_ps(sums[row][part]), scale);
                _mm512_storeu_ps(out, chunk == 0 ? added : _mm512_add_ps(_mm512_loadu_ps(out), added));
            }
    }
}

CK_TARGET_AVX512 static void product_avx512(const int16_t *codes, size_t rows, const ck_matrix *matrix, float *y) {
    const size_t inputs = matrix->inputs, outputs = matrix->outputs;
    for (size_t panel = 0; panel < outputs / CK_PANEL; panel += 2)
        for (size_t row = 0; row < rows;) {
            const int16_t *x = codes + row * inputs;
            float *out = y + row * outputs;
#define BLOCK(n) avx512_block(x, n, matrix, panel, out); row += n; break
            switch (rows - row) {
            case 1: BLOCK(1);
            case 2: BLOCK(2);
            case 3: BLOCK(3);
            case 4: BLOCK(4);
            case 5: BLOCK(5);
            case 6: BLOCK(6);
            case 7: BLOCK(7);
            case 8: BLOCK(8);
            case 9: BLOCK(9);
            case 10: BLOCK(10);
            case 11: BLOCK(11);
            default: BLOCK(12);
            }
#undef BLOCK
        }
}

#else

static void product_base(const int16_t *codes, size_t rows, const ck_matrix *matrix, float *y) {
    product_scalar(codes, rows, matrix, y);
}

#endif

void ck_product(
    ck_level level, const int16_t *codes, const float *scales, size_t rows, const ck_matrix *matrix, float *y) {
    switch (level) {
    case CK_SCALAR: product_scalar(codes, rows, matrix, y); break;
#if CK_X86
    case CK_AVX2: product_avx2(codes, rows, matrix, y); break;
    case CK_AVX512: product_avx512(codes, rows, matrix, y); break;
#endif
    default: product_base(codes, rows, matrix, y); break;
    }
    for (size_t row = 0; row < rows; row++)
        for (size_t output = 0; output < matrix->outputs; output++)
            y[row * matrix->outputs + output] = y[row * matrix->outputs + output] * scales[row] + matrix->bias[output];
}

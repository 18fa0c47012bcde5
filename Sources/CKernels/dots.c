#include "levels.h"
#include <math.h>

static void dots_scalar(
    const int8_t *rows, size_t stride, size_t count, const int8_t *query, int32_t *products) {
#pragma clang loop vectorize(disable)
    for (size_t row = 0; row < count; row++) {
        const int8_t *codes = rows + row * stride;
        int32_t sum = 0;
#pragma clang loop vectorize(disable)
        for (size_t i = 0; i < stride; i++) sum += (int32_t)codes[i] * query[i];
        products[row] = sum;
    }
}

#if CK_X86

static void dots_base(const int8_t *rows, size_t stride, size_t count, const int16_t *wide, int32_t *products) {
    for (size_t row = 0; row < count; row++) {
        const int8_t *codes = rows + row * stride;
        __m128i sum = _mm_setzero_si128();
        for (size_t i = 0; i < stride; i += 16) {
            __m128i bytes = _mm_loadu_si128((const __m128i *)(codes + i));
            __m128i low = _mm_srai_epi16(_mm_unpacklo_epi8(bytes, bytes), 8);
            __m128i high = _mm_srai_epi16(_mm_unpackhi_epi8(bytes, bytes), 8);
            sum = _mm_add_epi32(sum, _mm_madd_epi16(low, _mm_loadu_si128((const __m128i *)(wide + i))));
            sum = _mm_add_epi32(sum, _mm_madd_epi16(high, _mm_loadu_si128((const __m128i *)(wide + i + 8))));
        }
        sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0x4e));
        sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0xb1));
        products[row] = _mm_cvtsi128_si32(sum);
    }
}

CK_TARGET_AVX2 static void dots_avx2(
    const int8_t *rows, size_t stride, size_t count, const int16_t *wide, int32_t *products) {
    for (size_t row = 0; row < count; row++) {
        const int8_t *codes = rows + row * stride;
        __m256i a = _mm256_setzero_si256(), b = a;
        for (size_t i = 0; i < stride; i += 32) {
            __m256i low = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(codes + i)));
            __m256i high = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(codes + i + 16)));
            a = _mm256_add_epi32(a, _mm256_madd_epi16(low, _mm256_loadu_si256((const __m256i *)(wide + i))));
            b = _mm256_add_epi32(b, _mm256_madd_epi16(high, _mm256_loadu_si256((const __m256i *)(wide + i + 16))));
        }
        a = _mm256_add_epi32(a, b);
        __m128i sum = _mm_add_epi32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
        sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0x4e));
        sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0xb1));
        products[row] = _mm_cvtsi128_si32(sum);
    }
}

// VNNI multiplies unsigned bytes by signed ones: 128 is added to every code of a row, and 128 times the query's sum
// taken off again. Nothing saturates: four products at a time go into 32 bits.
CK_TARGET_AVX512 static void dots_avx512(
    const int8_t *rows, size_t stride, size_t count, const int8_t *query, int32_t *products) {
    const __m512i bias = _mm512_set1_epi8((char)0x80);
    __m512i sum = _mm512_setzero_si512();
    for (size_t i = 0; i < stride; i += 64)
        sum = _mm512_dpbusd_epi32(sum, _mm512_set1_epi8(1), _mm512_loadu_si512(query + i));
    const int32_t excess = 128 * _mm512_reduce_add_epi32(sum);
    size_t row = 0;
    for (; row + 4 <= count; row += 4) {
        const int8_t *codes = rows + row * stride;
        __m512i a = _mm512_setzero_si512(), b = a, c = a, d = a;
        for (size_t i = 0; i < stride; i += 64) {
            __m512i q = _mm512_loadu_si512(query + i);
            a = _mm512_dpbusd_epi32(a, _mm512_xor_si512(_mm512_loadu_si512(codes + i), bias), q);
            b = _mm512_dpbusd_epi32(b, _mm512_xor_si512(_mm512_loadu_si512(codes + stride + i), bias), q);
            c = _mm512_dpbusd_epi32(c, _mm512_xor_si512(_mm512_loadu_si512(codes + 2 * stride + i), bias), q);
            d = _mm512_dpbusd_epi32(d, _mm512_xor_si512(_mm512_loadu_si512(codes + 3 * stride + i), bias), q);
        }
        // Four sums of sixteen: pairs of rows are mixed while halves are added.
        __m512i ab = _mm512_add_epi32(_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
        __m512i cd = _mm512_add_epi32(_mm512_unpacklo_epi32(c, d), _mm512_unpackhi_epi32(c, d));
        __m512i all = _mm512_add_epi32(_mm512_unpacklo_epi64(ab, cd), _mm512_unpackhi_epi64(ab, cd));
        __m256i half = _mm256_add_epi32(_mm512_castsi512_si256(all), _mm512_extracti64x4_epi64(all, 1));
        __m128i four = _mm_add_epi32(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
        _mm_storeu_si128((__m128i *)(products + row), _mm_sub_epi32(four, _mm_set1_epi32(excess)));
    }
    for (; row < count; row++) {
        __m512i a = _mm512_setzero_si512();
        for (size_t i = 0; i < stride; i += 64)
            a = _mm512_dpbusd_epi32(
                a, _mm512_xor_si512(_mm512_loadu_si512(rows + row * stride + i), bias), _mm512_loadu_si512(query + i));
        products[row] = _mm512_reduce_add_epi32(a) - excess;
    }
}

#else

static void dots_base(const int8_t *rows, size_t stride, size_t count, const int16_t *wide, int32_t *products) {
    for (size_t row = 0; row < count; row++) {
        int32_t sum = 0;
        for (size_t i = 0; i < stride; i++) sum += (int32_t)rows[row * stride + i] * wide[i];
        products[row] = sum;
    }
}

#endif

void ck_dots(
    ck_level level, const int8_t *rows, size_t stride, size_t count, const int8_t *query, const int16_t *wide,
    int32_t *products) {
    switch (level) {
    case CK_SCALAR: return dots_scalar(rows, stride, count, query, products);
#if CK_X86
    case CK_AVX2: return dots_avx2(rows, stride, count, wide, products);
    case CK_AVX512: return dots_avx512(rows, stride, count, query, products);
#endif
    default: return dots_base(rows, stride, count, wide, products);
    }
}

float ck_codes(const float *values, size_t count, int8_t *codes) {
    float most = 0;
    for (size_t i = 0; i < count; i++) most = fabsf(values[i]) > most ? fabsf(values[i]) : most;
    const float scale = most / 127, inverse = 127 / most;
    // A value so small that its inverse overflows is as good as none.
    const int is_empty = !(scale > 0) || !(inverse < INFINITY);
    // Adding this number, and taking it off, rounds to the nearest whole number, and halves to the even one.
    const float rounder = 12582912.0f;
    for (size_t i = 0; i < count; i++) codes[i] = is_empty ? 0 : (int8_t)((values[i] * inverse + rounder) - rounder);
    return is_empty ? 0 : scale;
}

double ck_dot(const float *a, const float *b, size_t count) {
    double sums[8] = {0};
    size_t i = 0;
    for (; i + 8 <= count; i += 8)
        for (size_t lane = 0; lane < 8; lane++) sums[lane] += (double)a[i + lane] * b[i + lane];
    for (size_t lane = 0; i < count; i++, lane++) sums[lane] += (double)a[i] * b[i];
    return ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
}

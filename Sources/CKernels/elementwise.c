#include "levels.h"

// Vectors wider than a level's registers are never handed from function to function: all that takes any is inlined.
#pragma clang diagnostic ignored "-Wpsabi"

#define TARGET
#define NAME(name) name##_base
#include "elementwise.h"
#undef TARGET
#undef NAME

#if CK_X86
#define TARGET CK_TARGET_AVX2
#define NAME(name) name##_avx2
#include "elementwise.h"
#undef TARGET
#undef NAME

#define TARGET CK_TARGET_AVX512
#define NAME(name) name##_avx512
#include "elementwise.h"
#undef TARGET
#undef NAME

#define AT(level, name, ...)                                                                                           \
    switch (level) {                                                                                                   \
    case CK_AVX2: return name##_avx2(__VA_ARGS__);                                                                     \
    case CK_AVX512: return name##_avx512(__VA_ARGS__);                                                                 \
    default: return name##_base(__VA_ARGS__);                                                                          \
    }
#else
#define AT(level, name, ...) return name##_base(__VA_ARGS__)
#endif

void ck_quantise(ck_level level, const float *x, size_t rows, size_t count, int16_t *codes, float *scales) {
    AT(level, quantise, x, rows, count, codes, scales);
}

void ck_add_norm(
    ck_level level, float *x, const float *added, const float *gain, const float *bias, size_t rows, size_t count) {
    AT(level, add_norm, x, added, gain, bias, rows, count);
}

void ck_gelu(ck_level level, float *x, size_t count) { AT(level, gelu, x, count); }

size_t ck_attention_room(size_t tokens) { return (CK_HEAD + 4) * ((tokens + 15) / 16 * 16); }

void ck_attention(ck_level level, const float *qkv, size_t tokens, size_t heads, float *room, float *out) {
    AT(level, attention, qkv, tokens, heads, room, out);
}

void ck_widen(const int8_t *codes, float scale, const float *added, size_t count, float *y) {
    for (size_t i = 0; i < count; i++) y[i] = codes[i] * scale + (added ? added[i] : 0);
}

void ck_pool(const float *x, size_t rows, size_t count, float *y) {
    double squares = 0;
    for (size_t i = 0; i < count; i++) {
        float sum = 0;
        for (size_t row = 0; row < rows; row++) sum += x[row * count + i];
        y[i] = sum;
        squares += (double)sum * sum;
    }
    // The number of rows falls out: the length is to be 1 anyway.
    const float inverse = squares > 0 ? (float)(1 / __builtin_sqrt(squares)) : 0;
    for (size_t i = 0; i < count; i++) y[i] *= inverse;
}

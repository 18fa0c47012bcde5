// Everything between the products, compiled once a level: NAME(x) is x of that level, TARGET its instructions.

/// e^x within two units in the last place, for x from -87 to 88; below, as at -87.
TARGET CK_INLINE ck_v16f NAME(exponential)(ck_v16f x) {
    x = x < -87.0f ? (ck_v16f)-87.0f : x;
    // 2^n · e^r: the nearest n, and a polynomial for what is left (Cephes, expf).
    const ck_v16f rounder = 12582912.0f;
    const ck_v16f shifted = x * 1.44269504f + rounder;
    const ck_v16i n = (ck_v16i)shifted - 0x4b400000;
    const ck_v16f whole = shifted - rounder;
    const ck_v16f r = (x - whole * 0.693359375f) + whole * 2.12194440e-4f;
    ck_v16f p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = (p * (r * r) + r) + 1.0f;
    return p * (ck_v16f)((n + 127) << 23);
}

TARGET CK_INLINE float NAME(sum)(ck_v16f x) {
    typedef float v8 __attribute__((ext_vector_type(8)));
    typedef float v4 __attribute__((ext_vector_type(4)));
    const v8 eight = x.lo + x.hi;
    const v4 four = eight.lo + eight.hi;
    return (four.x + four.z) + (four.y + four.w);
}

TARGET static void NAME(quantise)(const float *x, size_t rows, size_t count, int16_t *codes, float *scales) {
    for (size_t row = 0; row < rows; row++, x += count, codes += count) {
        ck_v16f most = 0;
        for (size_t i = 0; i < count; i += 16) {
            const ck_v16f size = __builtin_elementwise_abs(*(const ck_v16f *)(x + i));
            most = size > most ? size : most;
        }
        const float largest = __builtin_reduce_max(most);
        scales[row] = largest / 32767;
        // A row so small that the inverse overflows is a row of zeros.
        const float inverse = largest > 1e-30f ? 32767 / largest : 0;
        for (size_t i = 0; i < count; i += 16) {
            const ck_v16f shifted = *(const ck_v16f *)(x + i) * inverse + 12582912.0f;
            *(ck_v16s *)(codes + i) = __builtin_convertvector((ck_v16i)shifted - 0x4b400000, ck_v16s);
        }
    }
}

TARGET static void NAME(add_norm)(
    float *x, const float *added, const float *gain, const float *bias, size_t rows, size_t count) {
    for (size_t row = 0; row < rows; row++, x += count, added += count) {
        ck_v16f total = 0, squares = 0;
        for (size_t i = 0; i < count; i += 16) {
            const ck_v16f value = *(const ck_v16f *)(x + i) + *(const ck_v16f *)(added + i);
            *(ck_v16f *)(x + i) = value;
            total += value;
        }
        const float mean = NAME(sum)(total) / (float)count;
        for (size_t i = 0; i < count; i += 16) {
            const ck_v16f off = *(const ck_v16f *)(x + i) - mean;
            squares += off * off;
        }
        const float inverse = 1 / __builtin_sqrtf(NAME(sum)(squares) / (float)count + 1e-12f);
        for (size_t i = 0; i < count; i += 16) {
            const ck_v16f off = *(const ck_v16f *)(x + i) - mean;
            *(ck_v16f *)(x + i) = off * inverse * *(const ck_v16f *)(gain + i) + *(const ck_v16f *)(bias + i);
        }
    }
}

/// x · Φ(x), with the error function of Abramowitz and Stegun, 7.1.26.
TARGET static void NAME(gelu)(float *x, size_t count) {
    for (size_t i = 0; i < count; i += 16) {
        const ck_v16f value = *(const ck_v16f *)(x + i);
        const ck_v16f z = __builtin_elementwise_abs(value) * 0.70710678f;
        const ck_v16f t = 1.0f / (1.0f + z * 0.3275911f);
        ck_v16f p = 1.061405429f;
        p = p * t - 1.453152027f;
        p = p * t + 1.421413741f;
        p = p * t - 0.284496736f;
        p = p * t + 0.254829592f;
        // Half of what the error function lacks to 1: the share of a negative value, and what a positive one loses.
        const ck_v16f tail = p * t * NAME(exponential)(-(z * z)) * 0.5f;
        *(ck_v16f *)(x + i) = value * (value < 0.0f ? tail : 1.0f - tail);
    }
}

/// Four tokens at a time, so that sums do not wait for each other; the last ones are done again where there are fewer.
#define CK_QUERIES 4

TARGET static void NAME(attention)(const float *qkv, size_t tokens, size_t heads, float *room, float *out) {
    const size_t width = heads * CK_HEAD, stride = 3 * width, padded = (tokens + 15) / 16 * 16;
    float *keys = room, *shares = room + CK_HEAD * padded;
    const ck_v16i lanes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    for (size_t head = 0; head < heads; head++) {
        const float *query = qkv + head * CK_HEAD, *key = query + width, *value = key + width;
        for (size_t i = 0; i < CK_HEAD; i++)
            for (size_t u = 0; u < padded; u++) keys[i * padded + u] = u < tokens ? key[u * stride + i] : 0;
        for (size_t t = 0; t < tokens; t += CK_QUERIES) {
            const size_t last = tokens - 1;
            const float *rows[CK_QUERIES];
            ck_v16f most[CK_QUERIES], total[CK_QUERIES];
            for (size_t r = 0; r < CK_QUERIES; r++) {
                rows[r] = query + (t + r < last ? t + r : last) * stride;
                most[r] = (ck_v16f)-3e38f;
                total[r] = (ck_v16f)0.0f;
            }
            for (size_t u = 0; u < padded; u += 16) {
                ck_v16f sums[CK_QUERIES] = {0, 0, 0, 0};
                for (size_t i = 0; i < CK_HEAD; i++) {
                    const ck_v16f k = *(const ck_v16f *)(keys + i * padded + u);
                    for (size_t r = 0; r < CK_QUERIES; r++) sums[r] += k * rows[r][i];
                }
                const ck_v16i is_token = lanes + (int32_t)u < (int32_t)tokens;
                for (size_t r = 0; r < CK_QUERIES; r++) {
                    // 1/√32, and no share for what is no token.
                    const ck_v16f score = is_token ? sums[r] * 0.17677670f : (ck_v16f)-3e38f;
                    *(ck_v16f *)(shares + r * padded + u) = score;
                    most[r] = score > most[r] ? score : most[r];
                }
            }
            float inverse[CK_QUERIES];
            for (size_t r = 0; r < CK_QUERIES; r++) {
                const float top = __builtin_reduce_max(most[r]);
                for (size_t u = 0; u < padded; u += 16) {
                    ck_v16f *share = (ck_v16f *)(shares + r * padded + u);
                    const ck_v16i is_token = lanes + (int32_t)u < (int32_t)tokens;
                    *share = is_token ? NAME(exponential)(*share - top) : (ck_v16f)0.0f;
                    total[r] += *share;
                }
                inverse[r] = 1 / NAME(sum)(total[r]);
            }
            for (size_t i = 0; i < CK_HEAD; i += 16) {
                ck_v16f sums[CK_QUERIES] = {0, 0, 0, 0};
                for (size_t u = 0; u < tokens; u++) {
                    const ck_v16f v = *(const ck_v16f *)(value + u * stride + i);
                    for (size_t r = 0; r < CK_QUERIES; r++) sums[r] += v * shares[r * padded + u];
                }
                for (size_t r = 0; r < CK_QUERIES && t + r < tokens; r++)
                    *(ck_v16f *)(out + (t + r) * width + head * CK_HEAD + i) = sums[r] * inverse[r];
            }
        }
    }
}

#undef CK_QUERIES

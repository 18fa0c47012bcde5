#include "levels.h"

// A heap whose root is the worst of the best so far.

CK_INLINE int is_worse(ck_candidate a, ck_candidate b) {
    return a.score < b.score || (a.score == b.score && a.row > b.row);
}

static void sift_up(ck_candidate *heap, size_t place) {
    const ck_candidate moved = heap[place];
    while (place > 0 && is_worse(moved, heap[(place - 1) / 2])) {
        heap[place] = heap[(place - 1) / 2];
        place = (place - 1) / 2;
    }
    heap[place] = moved;
}

static void sift_down(ck_candidate *heap, size_t count) {
    const ck_candidate moved = heap[0];
    size_t place = 0;
    for (size_t child = 1; child < count; child = 2 * place + 1) {
        if (child + 1 < count && is_worse(heap[child + 1], heap[child])) child += 1;
        if (!is_worse(heap[child], moved)) break;
        heap[place] = heap[child];
        place = child;
    }
    heap[place] = moved;
}

static void offer(ck_candidate *heap, size_t *count, size_t keep, ck_candidate candidate) {
    if (*count < keep) {
        heap[*count] = candidate;
        sift_up(heap, (*count)++);
    } else if (is_worse(heap[0], candidate)) {
        heap[0] = candidate;
        sift_down(heap, keep);
    }
}

/// Whether any of 64 scores is higher than a bound.
CK_INLINE int is_any_above(const int32_t *products, const float *scales, float bound) {
    ck_v16i above = 0;
    for (size_t i = 0; i < CK_GROUP; i += 16) {
        ck_v16f score = __builtin_convertvector(*(const ck_v16i *)(products + i), ck_v16f);
        above |= score * *(const ck_v16f *)(scales + i) > (ck_v16f)bound;
    }
    return __builtin_reduce_or(above) != 0;
}

void ck_scan(
    ck_level level, const int8_t *rows, const float *scales, size_t stride, size_t first, size_t end,
    const uint64_t *visible, const int8_t *queries, const int16_t *wide, size_t query_count, size_t keep,
    ck_candidate *candidates, size_t *counts) {
    for (size_t query = 0; query < query_count; query++) counts[query] = 0;
    if (keep == 0) return;
    for (size_t row = first; row < end; row += CK_GROUP) {
        uint64_t mask = visible ? visible[row / CK_GROUP] : ~(uint64_t)0;
        const size_t count = end - row < CK_GROUP ? end - row : CK_GROUP;
        if (count < CK_GROUP) mask &= ((uint64_t)1 << count) - 1;
        if (mask == 0) continue;
        // A few rows of a group are taken one by one; of many, all are, in one go.
        const int is_dense = __builtin_popcountll(mask) >= CK_GROUP / 4;
        for (size_t query = 0; query < query_count; query++) {
            ck_candidate *heap = candidates + query * keep;
            const int8_t *codes = queries + query * stride;
            const int16_t *wide_codes = wide + query * stride;
            int32_t products[CK_GROUP] = {0};
            if (is_dense) {
                ck_dots(level, rows + row * stride, stride, count, codes, wide_codes, products);
                const int is_full = count == CK_GROUP && counts[query] == keep;
                if (is_full && !is_any_above(products, scales + row, heap[0].score)) continue;
            }
            for (uint64_t left = mask; left != 0; left &= left - 1) {
                const size_t bit = (size_t)__builtin_ctzll(left);
                const float scale = scales[row + bit];
                if (!(scale > 0)) continue;
                if (!is_dense)
                    ck_dots(level, rows + (row + bit) * stride, stride, 1, codes, wide_codes, products + bit);
                const ck_candidate candidate = {(float)products[bit] * scale, (uint32_t)(row + bit)};
                offer(heap, &counts[query], keep, candidate);
            }
        }
    }
}

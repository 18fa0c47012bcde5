#include "scalars.h"

static int is_within(uint32_t scalar, const ck_range *ranges, size_t count) {
    size_t low = 0;
    for (size_t high = count; low < high;) {
        const size_t middle = (low + high) / 2;
        if (ranges[middle].last < scalar) low = middle + 1;
        else high = middle;
    }
    return low < count && ranges[low].first <= scalar;
}

/// A syllable of Hangul in its two or three letters (The Unicode Standard, 3.12).
static void decompose_hangul(uint32_t index, ck_scalar *result) {
    result->scalars[0] = 0x1100 + index / 588;
    result->scalars[1] = 0x1161 + index % 588 / 28;
    result->scalars[2] = 0x11A7 + index % 28;
    result->count = index % 28 == 0 ? 2 : 3;
}

static void map(uint32_t scalar, ck_scalar *result) {
    size_t low = 0;
    for (size_t high = ck_mapped_count; low < high;) {
        const size_t middle = (low + high) / 2;
        if (ck_mapped[middle].from < scalar) low = middle + 1;
        else high = middle;
    }
    if (low < ck_mapped_count && ck_mapped[low].from == scalar) {
        result->scalars[0] = ck_mapped[low].to;
        return;
    }
    for (size_t i = 0; i < ck_long_count; i++)
        if (ck_long[i].from == scalar) {
            result->count = ck_long[i].count;
            for (size_t j = 0; j < ck_long[i].count; j++) result->scalars[j] = ck_long[i].to[j];
        }
}

ck_scalar ck_normalise(uint32_t scalar) {
    ck_scalar result = {CK_LETTER, 1, {scalar, 0, 0}};
    if (is_within(scalar, ck_spaces, ck_spaces_count)) {
        result.kind = CK_SPACE;
    } else if (is_within(scalar, ck_removed, ck_removed_count)) {
        result.kind = CK_REMOVED;
    } else if (scalar >= 0xAC00 && scalar < 0xD7A4) {
        decompose_hangul(scalar - 0xAC00, &result);
    } else {
        if (is_within(scalar, ck_alone, ck_alone_count)) result.kind = CK_ALONE;
        map(scalar, &result);
    }
    return result;
}

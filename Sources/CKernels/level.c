#include "levels.h"

ck_level ck_level_best(void) {
#if CK_X86
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")
        && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni"))
        return CK_AVX512;
    if (__builtin_cpu_supports("avx2")) return CK_AVX2;
#endif
    return CK_BASE;
}

// The direct functions of SHA-256: "deprecated" because EVP can also load other providers. They keep their state where
// the caller says, so a digest costs no allocation and no look-up.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

static inline void daybook_sha256(const void *bytes, size_t count, unsigned char *digest) {
    SHA256_CTX context;
    SHA256_Init(&context);
    SHA256_Update(&context, bytes, count);
    SHA256_Final(digest, &context);
}

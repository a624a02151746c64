/* sha256.formats.c: SHA-256 by libcrypto. Called by whoever verifies a download or names the weights of a model.
 *
 * The plain functions, which OpenSSL 3 calls old, not EVP: behind those a hundred configuration files and tables are
 * set up first, 5,000 allocations of which 49 end in a crash of OpenSSL's own when one is refused. These here allocate
 * nothing and cannot fail. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
#include <stdio.h>

#include "base/memory.h"
#include "file/files.h"

struct dnp_sha256 {
  SHA256_CTX context;
};

denpa_status dnp_sha256_open(dnp_sha256 **out, denpa_error *err) {
  DNP_TRY(DNP_NEW(out, 1, err));
  SHA256_Init(&(*out)->context);
  return DENPA_OK;
}

void dnp_sha256_add(dnp_sha256 *sha, const void *data, size_t size) { SHA256_Update(&sha->context, data, size); }

void dnp_sha256_close(dnp_sha256 *sha, char out[65]) {
  if (sha == NULL) return;
  if (out != NULL) {
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256_Final(digest, &sha->context);
    for (int i = 0; i < SHA256_DIGEST_LENGTH; i++) snprintf(out + 2 * i, 3, "%02x", (unsigned)digest[i]);
  }
  dnp_free(sha);
}

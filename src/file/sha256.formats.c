/* sha256.formats.c: SHA-256 by libcrypto. Called by whoever verifies a download or names the weights of a model. */
#include <assert.h>
#include <openssl/evp.h>
#include <stdio.h>

#include "base/memory.h"
#include "file/files.h"

struct dnp_sha256 {
  EVP_MD_CTX *context;
};

denpa_status dnp_sha256_open(dnp_sha256 **out, denpa_error *err) {
  dnp_sha256 *sha;
  *out = NULL;
  DNP_TRY(DNP_NEW(&sha, 1, err));
  sha->context = EVP_MD_CTX_new();
  if (sha->context == NULL || EVP_DigestInit_ex(sha->context, EVP_sha256(), NULL) != 1) {
    dnp_sha256_close(sha, NULL);
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED, "this machine's libcrypto gives no SHA-256");
  }
  *out = sha;
  return DENPA_OK;
}

/* Once the digest has started, feeding and ending it cannot fail. */
void dnp_sha256_add(dnp_sha256 *sha, const void *data, size_t size) {
  int good = EVP_DigestUpdate(sha->context, data, size);
  assert(good == 1);
  (void)good;
}

void dnp_sha256_close(dnp_sha256 *sha, char out[65]) {
  if (sha == NULL) return;
  if (out != NULL) {
    unsigned char digest[32];
    int good = EVP_DigestFinal_ex(sha->context, digest, NULL);
    assert(good == 1);
    (void)good;
    for (int i = 0; i < 32; i++) snprintf(out + 2 * i, 3, "%02x", (unsigned)digest[i]);
  }
  EVP_MD_CTX_free(sha->context);
  dnp_free(sha);
}

/* sanitized.h: SANITIZED is 1 under a sanitizer, where everything takes several times as long: tests that prove numbers
 * or orders, which are the same in every build, take a part of their cases there. */
#ifndef DENPA_TESTS_SANITIZED_H
#define DENPA_TESTS_SANITIZED_H

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#endif

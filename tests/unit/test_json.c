/* test_json.c: JSON is whole or is not there (src/file/json.formats.c): one addition that fails lets all of it go, and
 * the text says so. What is refused memory inside Jansson is test_refused's. */
#include "file/json.h"
#include "file_tools.h"

/* The text of the object, which is taken over; "(none)" where there is none. */
static const char *text_of(json_t *object) {
  static char text[256];
  char *made;
  denpa_error why = {0};
  const denpa_status status = dnp_json_text(object, JSON_COMPACT | JSON_SORT_KEYS, &made, &why);
  assert_int_equal(status, why.status);
  assert_true((status == DENPA_OK) == (made != NULL));
  if (status != DENPA_OK) assert_int_equal(status, DENPA_ERROR_MEMORY);
  snprintf(text, sizeof text, "%s", made != NULL ? made : "(none)");
  dnp_free(made);
  return text;
}

static json_t *sample(void) { return json_pack("{s:i, s:i}", "a", 1, "b", 2); }

static void test_whole(void **state) {
  (void)state;
  json_t *object = sample(), *list = json_array();
  dnp_json_put(&object, "c", json_integer(3));
  assert_string_equal(text_of(json_incref(object)), "{\"a\":1,\"b\":2,\"c\":3}");
  dnp_json_put_all(&object, json_pack("{s:i, s:i}", "a", 7, "d", 8));
  assert_string_equal(text_of(json_incref(object)), "{\"a\":7,\"b\":2,\"c\":3,\"d\":8}");
  dnp_json_put_missing(&object, json_pack("{s:i, s:i}", "a", 9, "e", 9));
  assert_string_equal(text_of(json_incref(object)), "{\"a\":7,\"b\":2,\"c\":3,\"d\":8,\"e\":9}");
  dnp_json_put_all(&object, json_object());
  dnp_json_add(&list, object);
  dnp_json_add(&list, json_null());
  assert_string_equal(text_of(list), "[{\"a\":7,\"b\":2,\"c\":3,\"d\":8,\"e\":9},null]");
}

/* Whatever was added before and is added later, nothing is left. */
static void test_nothing(void **state) {
  (void)state;
  for (int turn = 0; turn < 6; turn++) {
    json_t *object = sample(), *list = json_array();
    switch (turn) {
      case 0: dnp_json_put(&object, "c", NULL); break;
      case 1: dnp_json_put(&object, "\xFF", json_null()); break; /* a name that is not UTF-8 */
      case 2: dnp_json_put_all(&object, NULL); break;
      case 3: dnp_json_put_missing(&object, json_array()); break;
      case 4: dnp_json_put_all(&object, json_array()); break;
      default: dnp_json_put_missing(&object, NULL); break;
    }
    assert_null(object);
    dnp_json_put(&object, "d", json_integer(4));
    dnp_json_put_all(&object, sample());
    dnp_json_put_missing(&object, sample());
    assert_null(object);
    dnp_json_add(&list, object);
    assert_null(list);
    dnp_json_add(&list, json_null());
    assert_string_equal(text_of(list), "(none)");
  }
}

/* A text is not begun where there is no memory for all of it; it grows more than once. */
static void test_memory(void **state) {
  (void)state;
  json_t *list = json_array();
  char *text = NULL;
  size_t n = 0;
  for (int i = 0; i < 3000; i++) dnp_json_add(&list, json_string("some text"));
  denpa_status status = DENPA_ERROR_MEMORY;
  while (status != DENPA_OK) {
    dnp_alloc_fail_at(++n);
    status = dnp_json_text(json_incref(list), 0, &text, NULL);
    dnp_alloc_fail_at(0);
    if (status != DENPA_OK) assert_true(status == DENPA_ERROR_MEMORY && text == NULL);
  }
  assert_true(n > 2);
  assert_int_equal(strlen(text), 2 + 3000 * strlen("\"some text\"") + 2999 * 2);
  dnp_free(text);
  json_decref(list);
}

static void test_members(void **state) {
  (void)state;
  int a = 0, b = 0;
  json_t *object = sample();
  OK(dnp_json_members("x", object, 2, err, "{s:i, s:i}", "a", &a, "b", &b));
  assert_true(a == 1 && b == 2);
  assert_int_equal(dnp_json_members("x", object, 1, NULL, "{s:i}", "a", &a), DENPA_ERROR_FORMAT);
  assert_int_equal(dnp_json_members("x", object, 2, NULL, "{s:i, s:i}", "a", &a, "c", &b), DENPA_ERROR_FORMAT);
  assert_int_equal(dnp_json_members("x", object, 2, NULL, "{s:i, s:b}", "a", &a, "b", &b), DENPA_ERROR_FORMAT);
  json_decref(object);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_whole),
      cmocka_unit_test(test_nothing),
      cmocka_unit_test(test_memory),
      cmocka_unit_test(test_members),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}

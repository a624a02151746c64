/* test_tables.c: tables (src/file/csv.c, src/data/table*.c, src/data/profile.c, src/learn/scores.c): fields and their
 * places, quoting, numbers, headers and separators; what columns become; the rows of training and test; what a model
 * keeps; measures. Tables that are refused are tests/command/bad_tables.sh's too. */
#include <math.h>
#include <strings.h>

#include "data/table.h"
#include "file_tools.h"
#include "learn/scores.h"

static const char *put_text(const char *name, const char *text) { return put_file(name, text, strlen(text)); }

static dnp_csv read_text(const char *text) {
  dnp_csv csv;
  OK(dnp_csv_read(put_text("t.csv", text), 0, DNP_HEADER_AUTO, &csv, err));
  return csv;
}

/* ---- the reader ---------------------------------------------------------------------------------- */

static void test_fields(void **state) {
  (void)state;
  static const struct {
    const char *text, *names, *rows; /* fields joined by |, rows by / */
    char separator;
    int lines[3];
  } cases[] = {
      {"a,b\n1,2\n3,4\n", "a|b", "1|2/3|4", ',', {2, 3}},
      {"a,b\r\n1,2\r\n3,4", "a|b", "1|2/3|4", ',', {2, 3}},
      {"a,b\r1,2\r3,4\r", "a|b", "1|2/3|4", ',', {2, 3}},
      {"\xEF\xBB\xBF"
       "a;b\n1,5;2\n",
          "a|b", "1,5|2", ';', {2}},
      {"a\tb c\n1\t\n", "a|b c", "1|", '\t', {2}},
      {"1,2\n3,4\n", "column1|column2", "1|2/3|4", ',', {1, 2}},
      {"a,b\n\n\"x, y\",\" \"\"q\"\" \"\n\n\"two\nlines\",1\n3,4\n", "a|b", "x, y|\"q\"/two\nlines|1/3|4", ',',
          {3, 5, 7}},
      {"a , b\n 1 ,\t2\n \"x\" ,y\n", "a|b", "1|2/x|y", ',', {2, 3}},
      {"name,kind\nann,x\nbob,y\n", "name|kind", "ann|x/bob|y", ',', {2, 3}},
      {"x,y\nx,z\nw,y\n", "column1|column2", "x|y/x|z/w|y", ',', {1, 2, 3}},
      {",a\n0,5\n1,6\n", "|a", "0|5/1|6", ',', {2, 3}},
      {"5\" disk,b\n1,2\n", "5\" disk|b", "1|2", ',', {2}},
      {"\"\",\"\"\"\"\n1,2\n", "|\"", "1|2", ',', {2}},
      /* what a file of another kind begins with, or nearly */
      {"PAR1,SQLite,BMI\n1,2,3\n", "PAR1|SQLite|BMI", "1|2|3", ',', {2}},
      {"BM,WEBP,\x01\n1,2,3\n", "BM|WEBP|\x01", "1|2|3", ',', {2}},
      {"P1\tP2\n1\t2\n", "P1|P2", "1|2", '\t', {2}},
      {"GIF8,BZh\n1,2\n", "GIF8|BZh", "1|2", ',', {2}},
      {"\"PK\3\4\",b\n1,2\n", "PK\3\4|b", "1|2", ',', {2}},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char names[256] = "", rows[256] = "";
    dnp_csv csv = read_text(cases[i].text);
    for (size_t k = 0; k < csv.columns; k++)
      snprintf(names + strlen(names), 100, "%s%s", k > 0 ? "|" : "", csv.name[k]);
    for (size_t r = 0; r < csv.rows; r++)
      for (size_t k = 0; k < csv.columns; k++)
        snprintf(rows + strlen(rows), 100, "%s%s", k > 0 ? "|" : r > 0 ? "/" : "", dnp_csv_field(&csv, r, k));
    assert_string_equal(names, cases[i].names);
    assert_string_equal(rows, cases[i].rows);
    assert_int_equal(csv.separator, cases[i].separator);
    for (size_t r = 0; r < csv.rows; r++) assert_int_equal(csv.line[r], cases[i].lines[r]);
    dnp_csv_free(&csv);
  }
}

/* Whatever a field holds comes back from what dnp_csv_quote makes of it, but for blanks around it and NULs. */
static void test_quoting(void **state) {
  (void)state;
  static const char alphabet[] = "ab,;\t\"\n\r 1";
  char text[64], field[3][16], quoted[64];
  for (size_t trial = 0; trial < 5000; trial++) {
    size_t length = 0;
    for (int k = 0; k < 3; k++) {
      const size_t letters = (size_t)dnp_draw_below(1, DNP_STREAM(DNP_FOR_TEST, trial), (uint64_t)k * 16, 5);
      for (size_t i = 0; i < letters; i++)
        field[k][i] =
            alphabet[dnp_draw_below(1, DNP_STREAM(DNP_FOR_TEST, trial), (uint64_t)k * 16 + 1 + i, sizeof alphabet - 1)];
      field[k][letters] = '\0';
      if (letters > 0 && (strchr(" \t", field[k][0]) != NULL || strchr(" \t", field[k][letters - 1]) != NULL))
        field[k][0] = field[k][letters - 1] = 'x';
      if (k == 0 && letters == 0) memcpy(field[k], "x", 2);
      const size_t need = dnp_csv_quote(quoted, sizeof quoted, field[k]);
      assert_int_equal(need, strlen(quoted));
      assert_int_equal(dnp_csv_quote(NULL, 0, field[k]), need);
      length += (size_t)snprintf(text + length, sizeof text - length, "%s%c", quoted, k < 2 ? ',' : '\n');
    }
    dnp_csv csv;
    OK(dnp_csv_read(put_text("q.csv", text), ',', DNP_HEADER_NO, &csv, err));
    assert_int_equal(csv.columns, 3);
    assert_int_equal(csv.rows, 1);
    for (size_t k = 0; k < 3; k++) assert_string_equal(dnp_csv_field(&csv, 0, k), field[k]);
    dnp_csv_free(&csv);
  }
}

/* Also where it begins the file, and looks like the beginning of another kind of file. */
static void test_quoting_of_marks(void **state) {
  (void)state;
  static const char *const mark[] = {"PK\3\4", "\xEF\xBB\xBFname", "GIF89a", "%PDF-1", "P1 3"};
  for (size_t i = 0; i < sizeof mark / sizeof *mark; i++) {
    char quoted[32], text[64];
    dnp_csv csv;
    dnp_csv_quote(quoted, sizeof quoted, mark[i]);
    snprintf(text, sizeof text, "%s,b\n1,2\n", quoted);
    OK(dnp_csv_read(put_text("m.csv", text), ',', DNP_HEADER_YES, &csv, err));
    assert_string_equal(csv.name[0], mark[i]);
    dnp_csv_free(&csv);
  }
}

static void test_numbers(void **state) {
  (void)state;
  static const char *const no[] = {
      "", "-", ".", "e5", "1e", "1e+", "0x10", "inf", "nan", "1,5", "1 2", " 1", "--1", "1e999", "1.2.3", "+-1"};
  double value;
  for (size_t i = 0; i < sizeof no / sizeof *no; i++) assert_false(dnp_csv_number(no[i], &value));
  for (size_t i = 0; i < 20000; i++) { /* the quick way gives the bits of strtod */
    char text[64];
    const uint64_t digits = dnp_draw_below(2, DNP_STREAM(DNP_FOR_TEST, 1), i, UINT64_C(1) << (i % 60 + 1));
    const int point = (int)(i % 7);
    snprintf(text, sizeof text,
        i % 3 == 0   ? "%llu"
        : i % 3 == 1 ? "-%llu.%0*llu"
                     : "%llu.%0*llue-3",
        (unsigned long long)digits, point + 1, (unsigned long long)(digits % 1000));
    assert_true(dnp_csv_number(text, &value));
    assert_true(value == strtod(text, NULL));
  }
  static const char *const missing[] = {"", "NA", "n/a", "NaN", "null", "None", "?"};
  for (size_t i = 0; i < sizeof missing / sizeof *missing; i++) assert_true(dnp_csv_missing(missing[i]));
  assert_false(dnp_csv_missing("0") || dnp_csv_missing("nanny"));
}

/* Any bytes: a table or a message with a line and a column, never anything else; and nothing is left. */
static void test_mutations(void **state) {
  (void)state;
  static const char good[] = "id,\"a b\",c\n1,\"x\"\"y\",2.5\n2,,NA\r\n3,\"p,q\",1e3\n";
  for (size_t trial = 0; trial < 4000; trial++) {
    char bytes[sizeof good];
    memcpy(bytes, good, sizeof good);
    for (uint64_t k = 0; k < 1 + trial % 4; k++)
      bytes[dnp_draw_below(3, DNP_STREAM(DNP_FOR_TEST, trial), 2 * k, sizeof good - 1)] =
          "\"\",;\n\r\t\0\xFF x1"[dnp_draw_below(3, DNP_STREAM(DNP_FOR_TEST, trial), 2 * k + 1, 13)];
    const char *path = put_file(
        "m.csv", bytes, (size_t)dnp_draw_below(3, DNP_STREAM(DNP_FOR_TEST, trial), 99, sizeof good));
    dnp_csv csv;
    char words[1024];
    denpa_error failure = {0};
    if (dnp_csv_read(path, 0, DNP_HEADER_AUTO, &csv, &failure) != DENPA_OK) {
      denpa_error_text(&failure, DENPA_LANG_EN, words, sizeof words);
      assert_non_null(strstr(words, ", line "));
      assert_null(csv.text);
    }
    for (size_t i = 0; i < csv.rows * csv.columns; i++)
      assert_true(strlen((const char *)csv.text + csv.field[i]) < sizeof good);
    dnp_csv_free(&csv);
  }
}

static denpa_status read_csv(const char *path, denpa_error *err) {
  dnp_csv csv;
  const denpa_status status = dnp_csv_read(path, 0, DNP_HEADER_AUTO, &csv, err);
  if (status != DENPA_OK) assert_true(csv.text == NULL && csv.fields == NULL && csv.blanks.item == NULL);
  dnp_csv_free(&csv);
  return status;
}

/* What is no table is told as what it is, and limits are told with line and column. */
static void test_no_tables(void **state) {
  (void)state;
  static const char *const utf16[] = {"\xFF\xFEx", "\xFE\xFFx"};
  for (size_t i = 0; i < 2; i++)
    assert_refused(read_csv, put_text("u.csv", utf16[i]), DENPA_ERROR_FORMAT, "the file is UTF-16");
  assert_refused(read_csv, put_text("p.csv", "\x89PNG\r\n\x1A\n"), DENPA_ERROR_FORMAT, "not a table");
  char *text = malloc(DNP_CSV_FIELD + 64);
  memset(text, 'x', DNP_CSV_FIELD + 64);
  memcpy(text, "a,b\n1,", 6);
  assert_refused(read_csv, put_file("l.csv", text, DNP_CSV_FIELD + 64), DENPA_ERROR_FORMAT,
      "line 2, column 2: this field is longer than");
  text[6] = '"';
  assert_refused(read_csv, put_file("l.csv", text, DNP_CSV_FIELD + 64), DENPA_ERROR_FORMAT,
      "line 2, column 2: a quotation mark opens this field and is never closed");
  text[DNP_CSV_FIELD + 20] = '"';
  assert_refused(read_csv, put_file("l.csv", text, DNP_CSV_FIELD + 21), DENPA_ERROR_FORMAT, "is never closed");
  memset(text, ',', DNP_CSV_COLUMNS + 1);
  assert_refused(read_csv, put_file("w.csv", text, DNP_CSV_COLUMNS), DENPA_ERROR_FORMAT,
      "line 1, column 100001: more than 100000 columns");
  free(text);
}

/* Every allocation of a table that is large enough to make each of its arrays grow. */
static void test_starved(void **state) {
  (void)state;
  block b = {0};
  char line[64];
  for (int i = 0; i < 600; i++)
    put_bytes(&b, line, (size_t)snprintf(line, sizeof line, "%d,\" a field with blanks %d \"\n", i, i));
  starve(read_csv, put_file("starved.csv", b.data, b.size));
  static const char *const name[] = {"a", "b"}, *const field[] = {" 1 ", "\t"};
  for (int named = 0; named < 2; named++) {
    denpa_status status = DENPA_ERROR_MEMORY;
    dnp_csv csv;
    size_t n = 0;
    while (status != DENPA_OK) {
      dnp_alloc_fail_at(++n);
      status = dnp_csv_of_row(named ? name : NULL, field, 2, &csv, NULL);
      dnp_alloc_fail_at(0);
      if (status != DENPA_OK) assert_true(status == DENPA_ERROR_MEMORY && csv.fields == NULL);
    }
    assert_true(n > 5);
    assert_string_equal(csv.name[1], named ? "b" : "column2");
    assert_string_equal(dnp_csv_field(&csv, 0, 0), "1");
    assert_string_equal(dnp_csv_field(&csv, 0, 1), "");
    dnp_csv_free(&csv);
  }
}

/* Blanks within quotation marks come back where they are asked for; columns of one name are found one after the other.
 */
static void test_kept_and_found(void **state) {
  (void)state;
  size_t again;
  char few[4];
  dnp_csv csv = read_text("b,a,c,a\n1,\" x\",3,\"y \"\n\"  \"\n4, z ,\"\t\",7\n");
  assert_int_equal(csv.rows, 2);
  static const char *const whole[] = {"1", " x", "3", "y ", "4", "z", "\t", "7"};
  for (size_t i = 0; i < 8; i++) assert_string_equal(dnp_csv_whole(&csv, i / 4, i % 4), whole[i]);
  assert_string_equal(dnp_csv_field(&csv, 0, 1), "x");
  assert_int_equal(dnp_csv_find(&csv, "a", &again), 1);
  assert_int_equal(again, 3);
  assert_int_equal(dnp_csv_find(&csv, "b", &again), 0);
  assert_true(again == SIZE_MAX && dnp_csv_find(&csv, "aa", &again) == SIZE_MAX);
  assert_true(dnp_csv_find(&csv, "d", &again) == SIZE_MAX && again == SIZE_MAX);
  dnp_csv_free(&csv);
  assert_int_equal(dnp_csv_quote(few, sizeof few, "long"), 4); /* cut, and still a text */
  assert_string_equal(few, "lon");
}

/* ---- what columns become ------------------------------------------------------------------------- */

static denpa_data *open_text(const char *text, const denpa_data_options *options) {
  denpa_data *data;
  OK(denpa_data_open(&data, put_text("table.csv", text), options, err));
  return data;
}

static void test_columns(void **state) {
  (void)state;
  denpa_data_options o = denpa_data_options_default();
  o.test_share = 0;
  denpa_data *data = open_text(
      "id,size,colour,empty,same,note,code,price\n"
      "1,1,red,,5,aa,1,10\n2,2,blue,,5,ab,2,20.5\n3,NA,red,,5,ac,1,30\n4,4,,,5,ad,2,40\n5,5,red,,5,ae,1,50\n"
      "6,1,blue,,5,af,1,60\n7,2,red,,5,ag,2,70\n8,3,blue,,5,ah,1,80\n9,4,red,,5,ai,2,90\n10,5,red,,5,aj,1,100\n",
      &o);
  const dnp_table *t = data->table;
  static const struct {
    dnp_column_kind kind;
    const char *why;
    size_t inputs;
  } wanted[] = {{DNP_COLUMN_IGNORED, "identifier", 0}, {DNP_COLUMN_NUMBER, "", 2}, {DNP_COLUMN_CATEGORY, "", 3},
      {DNP_COLUMN_IGNORED, "empty", 0}, {DNP_COLUMN_IGNORED, "constant", 0}, {DNP_COLUMN_IGNORED, "identifier", 0},
      {DNP_COLUMN_NUMBER, "", 1}, {DNP_COLUMN_NUMBER, "", 0}};
  assert_int_equal(t->columns, 8);
  for (size_t k = 0; k < 8; k++) {
    assert_int_equal(t->column[k].kind, wanted[k].kind);
    assert_string_equal(t->column[k].why, wanted[k].why);
    assert_int_equal(t->column[k].inputs, wanted[k].inputs);
  }
  assert_int_equal(data->classes, 0);
  assert_int_equal(data->features, 6);
  assert_int_equal(data->split[DNP_TRAIN].rows, 10);
  assert_true(t->column[1].mean == 3 && t->column[1].deviation == sqrt(20.0 / 9));
  const double *third = data->split[DNP_TRAIN].value + 2 * 6, *fourth = third + 6;
  /* missing: the mean, and the sign that it is */
  assert_true(third[0] == 0 && third[1] == 1 && fourth[0] == (4 - 3) / sqrt(20.0 / 9) && fourth[1] == 0);
  assert_true(third[2] == 0 && third[3] == 1 && third[4] == 0); /* blue, red, missing */
  assert_true(fourth[2] == 0 && fourth[3] == 1 && fourth[4] == 1);
  assert_true(dnp_table_number(t, data->split[DNP_TRAIN].target[1]) == 20.5);
  denpa_data_free(data);
  o.category = "code";
  o.target = "colour";
  o.ignore = "size,price";
  data = open_text("size,code,colour,price\n1,1.0,red,1\n2,2,blue,2\n3,1,red,3\n", &o);
  assert_int_equal(data->classes, 2);
  assert_string_equal(dnp_table_target(data->table)->category[1], "red");
  assert_int_equal(data->features, 2);
  assert_true(
      data->table->column[1].numeric && data->split[DNP_TRAIN].value[0] == 1 && data->split[DNP_TRAIN].value[4] == 1);
  assert_int_equal(data->split[DNP_TRAIN].label[1], 0);
  denpa_data_free(data);
}

/* The rule for what is a class. */
static void test_task(void **state) {
  (void)state;
  static const struct {
    int different, rows; /* whole numbers 0 .. different-1 over and over */
    const char *format, *task;
    size_t classes;
  } cases[] = {{2, 4, "%d", "auto", 2}, {3, 15, "%d", "auto", 3}, {3, 14, "%d", "auto", 0}, {20, 100, "%d", "auto", 20},
      {21, 300, "%d", "auto", 0}, {3, 15, "%d.5", "auto", 0}, {2, 10, "%d.5", "auto", 0},
      {3, 15, "%d", "regression", 0}, {9, 9, "%d", "classification", 9}, {3, 3, "c%d", "auto", 3},
      {3, 15, "%d", "Regression", 0}, {9, 9, "%d", "CLASSIFICATION", 9}, {3, 15, "%d", "Auto", 3}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char text[8192] = "x,y\n";
    for (int k = 0; k < cases[i].rows; k++) {
      snprintf(text + strlen(text), 32, "%d,", k * k);
      snprintf(text + strlen(text), 32, cases[i].format, k % cases[i].different);
      strncat(text, "\n", 2);
    }
    denpa_data_options o = denpa_data_options_default();
    o.task = cases[i].task;
    o.header = i % 2 == 0 ? "Yes" : "AUTO";
    denpa_data *data = open_text(text, &o);
    assert_int_equal(data->classes, cases[i].classes);
    denpa_data_free(data);
  }
}

static void hundred_rows(char *text) {
  strncpy(text, "x,z,kind\n", 10);
  for (int k = 0; k < 100; k++)
    snprintf(text + strlen(text), 32, "%d,%d,%s\n", k * k, k % 7, k % 4 == 0 ? "rare" : "common");
}

/* Of each class its share is for testing; training statistics know nothing of the test rows; a seed is a split. */
static void test_split(void **state) {
  (void)state;
  char text[4096];
  hundred_rows(text);
  denpa_data_options o = denpa_data_options_default();
  denpa_data *one = open_text(text, &o), *again = open_text(text, &o);
  o.seed = 2;
  denpa_data *other = open_text(text, &o);
  size_t rare = 0;
  assert_int_equal(one->split[DNP_TEST].rows, 20);
  for (size_t i = 0; i < 20; i++) rare += one->split[DNP_TEST].label[i] == 1;
  assert_int_equal(rare, 5);
  assert_memory_equal(one->split[DNP_TEST].value, again->split[DNP_TEST].value, 40 * sizeof(double));
  assert_memory_not_equal(one->split[DNP_TEST].value, other->split[DNP_TEST].value, 40 * sizeof(double));
  double sum = 0, squares = 0;
  for (size_t i = 0; i < 80; i++)
    sum += one->split[DNP_TRAIN].value[2 * i],
        squares += one->split[DNP_TRAIN].value[2 * i] * one->split[DNP_TRAIN].value[2 * i];
  assert_true(fabs(sum / 80) < 1e-12 && fabs(squares / 80 - 1) < 1e-12);
  assert_string_not_equal(one->table_text, other->table_text);
  denpa_data_free(one), denpa_data_free(again), denpa_data_free(other);
}

/* The rows are the same bits when a model's own table reads them, from the same file and from one with its columns in
 * another order. */
static void test_model_table(void **state) {
  (void)state;
  char text[4096], turned[4096] = "kind,extra,z,x\n";
  hundred_rows(text);
  denpa_data_options o = denpa_data_options_default();
  denpa_data *data = open_text(text, &o), *again, *whole;
  o.table = data->table_text;
  OK(denpa_data_open(&again, data->name, &o, err));
  for (int k = 0; k < DNP_SPLITS; k++) {
    assert_int_equal(data->split[k].rows, again->split[k].rows);
    assert_memory_equal(data->split[k].value, again->split[k].value, data->split[k].rows * 2 * sizeof(double));
    assert_memory_equal(data->split[k].label, again->split[k].label, data->split[k].rows);
  }
  assert_string_equal(data->table_text, again->table_text);
  for (int k = 0; k < 100; k++)
    snprintf(turned + strlen(turned), 32, "%s,q,%d,%d\n", k % 4 == 0 ? "rare" : "common", k % 7, k * k);
  o.whole = 1;
  OK(denpa_data_open(&whole, put_text("turned.csv", turned), &o, err));
  assert_int_equal(whole->split[DNP_TRAIN].rows, 0);
  assert_int_equal(whole->split[DNP_TEST].rows, 100);
  assert_true(
      whole->split[DNP_TEST].value[2 * 9] == (81 - data->table->column[0].mean) / data->table->column[0].deviation);
  assert_int_equal(whole->split[DNP_TEST].label[8], 1);
  denpa_data_free(data), denpa_data_free(again), denpa_data_free(whole);
}

/* A network knows its classes by name after the training, and after a file; not where a name would be two lines. */
static void test_class_names(void **state) {
  (void)state;
  char text[4096], name[16], path[256];
  hundred_rows(text);
  denpa_data_options o = denpa_data_options_default();
  denpa_train_options train = denpa_train_options_default();
  denpa_net_options wanted = denpa_net_options_default();
  denpa_data *data = open_text(text, &o);
  denpa_net *net, *again;
  train.epochs = 1;
  OK(denpa_net_create_for(&net, "2-3-2", data, &wanted, err));
  assert_int_equal(denpa_net_class_name(net, 0, name, sizeof name), 0);
  OK(denpa_train(net, data, &train, NULL, err));
  snprintf(path, sizeof path, "%s", put_text("names.safetensors", ""));
  OK(denpa_net_save(net, path, err));
  OK(denpa_net_load(&again, path, NULL, &wanted, err));
  for (size_t c = 0; c < 2; c++) {
    assert_int_equal(denpa_net_class_name(again, c, name, sizeof name), strlen(denpa_data_class_name(data, c)));
    assert_string_equal(name, denpa_data_class_name(data, c));
  }
  assert_int_equal(denpa_net_class_name(again, 2, name, sizeof name), 0);
  denpa_data_free(data), denpa_net_free(net);
  snprintf(text, sizeof text, "x,z,kind\n");
  for (int k = 0; k < 40; k++)
    snprintf(text + strlen(text), 32, "%d,%d,%s\n", k % 9, k % 7, k % 2 ? "\"two\nlines\"" : "one");
  data = open_text(text, &o);
  assert_string_equal(denpa_data_class_name(data, 1), "two\nlines");
  OK(denpa_train(again, data, &train, NULL, err));
  assert_int_equal(denpa_net_class_name(again, 0, name, sizeof name), 0);
  denpa_data_free(data), denpa_net_free(again);
}

/* What a model file says is checked: each byte of a good text changed to others is read or refused, and what is read
 * holds together. */
static void test_damaged_json(void **state) {
  (void)state;
  denpa_data_options o = denpa_data_options_default();
  denpa_data *data = open_text("a,b,y\n1,u,0\n2,v,1\n3,?,0\n4,u,1\n", &o);
  const size_t length = strlen(data->table_text);
  char *text = strdup(data->table_text);
  size_t refused = 0;
  for (size_t i = 0; i < length; i++)
    for (const char *put = "\"0-,[}x9"; *put != '\0'; put++) {
      const dnp_table *t;
      void *memory[DNP_TABLE_BLOCKS];
      const char was = text[i];
      text[i] = *put;
      if (dnp_table_from_json(text, "m", &t, memory, NULL) != DENPA_OK)
        refused++;
      else
        for (size_t k = 0; k < t->columns; k++) {
          const dnp_column *c = &t->column[k];
          assert_true(c->first + c->inputs <= t->features && c->common <= c->categories &&
                      c->categories <= DNP_TABLE_CATEGORIES);
          for (size_t m = 0; m < c->categories; m++) assert_true(strlen(c->category[m]) < length);
        }
      for (size_t k = 0; k < DNP_TABLE_BLOCKS; k++) dnp_free(memory[k]);
      text[i] = was;
    }
  assert_true(refused > length * 5);
  free(text);
  denpa_data_free(data);
}

static void test_memory(void **state) {
  (void)state;
  char text[4096];
  denpa_data *data;
  size_t n = 0;
  hundred_rows(text);
  const char *path = put_text("memory.csv", text);
  denpa_status status = DENPA_ERROR_MEMORY;
  while (status != DENPA_OK) {
    dnp_alloc_fail_at(++n);
    status = denpa_data_open(&data, path, NULL, NULL);
    dnp_alloc_fail_at(0);
    if (status != DENPA_OK) assert_true(status == DENPA_ERROR_MEMORY && data == NULL);
  }
  assert_true(n > 20);
  denpa_data_free(data);
}

/* ---- measures ------------------------------------------------------------------------------------- */

/* A network that passes its input on: the answers are known. */
static denpa_net *passing(const char *text, const char *loss, size_t width) {
  denpa_net *net;
  denpa_net_options o = denpa_net_options_default();
  double w[9] = {0};
  for (size_t i = 0; i < width; i++) w[i * width + i] = 1;
  o.loss = loss;
  o.dtype = DENPA_DTYPE_FLOAT64;
  OK(denpa_net_create(&net, text, &o, err));
  OK(denpa_net_set(net, "W1", w, width * width, err));
  return net;
}

static void test_scores(void **state) {
  (void)state;
  /* rows: label 0 answered 0 0 1; label 1 answered 1 1 0 1; label 2 has no row and is answered once, from label 0 */
  static const int32_t label[] = {0, 0, 0, 1, 1, 1, 1, 0}, answer[] = {0, 0, 1, 1, 1, 0, 1, 2};
  double x[24] = {0};
  denpa_data *data;
  dnp_scores s;
  for (size_t i = 0; i < 8; i++) x[3 * i + (size_t)answer[i]] = 1;
  const denpa_rows rows = {.rows = 8, .dtype = DENPA_DTYPE_FLOAT64, .x = x, .label = label};
  OK(denpa_data_from_memory(&data, "known", 3, 3, &rows, NULL, err));
  denpa_net *net = passing("3-3", "cross-entropy", 3);
  OK(dnp_scores_take(net, data, DNP_TRAIN, NULL, &s, err));
  static const size_t confusion[] = {2, 1, 1, 1, 3, 0, 0, 0, 0};
  for (size_t i = 0; i < 9; i++) assert_int_equal(s.confusion[i], confusion[i]);
  assert_true(s.accuracy == 5.0 / 8 && s.baseline == 0.5 && s.common == 0 && isnan(s.auc));
  assert_true(s.of[0].precision == 2.0 / 3 && s.of[0].recall == 0.5 && s.of[1].precision == 0.75 &&
              s.of[1].recall == 0.75 && s.of[2].f1 == 0);
  assert_true(fabs(s.precision - (2.0 / 3 + 0.75) / 3) < 1e-15 && fabs(s.recall - 1.25 / 3) < 1e-15 &&
              fabs(s.f1 - (4.0 / 7 + 0.75) / 3) < 1e-15);
  dnp_scores_free(&s), denpa_data_free(data), denpa_net_free(net);

  static const double y[] = {1, 2, 3, 5}, t[] = {1, 3, 3, 1};
  const denpa_rows numbers = {.rows = 4, .dtype = DENPA_DTYPE_FLOAT64, .x = y, .target = t};
  OK(denpa_data_from_memory(&data, "numbers", 1, 1, &numbers, NULL, err));
  net = passing("1-1", "mse", 1);
  OK(dnp_scores_take(net, data, DNP_TRAIN, NULL, &s, err));
  assert_true(s.rmse == sqrt(17.0 / 4) && s.mae == 1.25 && s.r2 == 1 - 17.0 / 4 && isnan(s.accuracy));
  assert_true(s.mean == 2 && s.baseline == 1); /* the mean of 1 3 3 1 is off by 1 each time */
  dnp_scores_free(&s), denpa_data_free(data), denpa_net_free(net);
}

/* Pairs of a positive and another row, counted by hand. */
static void test_ranks(void **state) {
  (void)state;
  dnp_ranked mixed[] = {{0.5, false}, {0.9, true}, {0.5, true}, {0.1, false}, {0.7, false}};
  dnp_rank(mixed, 5);
  assert_true(mixed[0].score == 0.9 && mixed[4].score == 0.1);
  assert_true(dnp_auc(mixed, 5) == (3 + 1 + 0.5) / 6); /* 0.9 is above 3 of 3; 0.5 above one, beside one */
  /* F1 from 0.9 on: 2/3; from 0.7: 1/2; from 0.5: 4/6; the highest of the equal ones, parted from 0.7 by one digit */
  assert_true(dnp_best_threshold(mixed, 5) == 0.8);
  dnp_ranked parted[] = {{0.8765, true}, {0.8123, true}, {0.4, false}};
  assert_true(dnp_auc(parted, 3) == 1 && dnp_best_threshold(parted, 3) == 0.6);
  dnp_ranked close[] = {{0.12346, true}, {0.12345, false}};
  assert_true(dnp_best_threshold(close, 2) == 0.12346);
  dnp_ranked same[] = {{0.5, true}, {0.5, false}, {0.5, false}};
  assert_true(dnp_auc(same, 3) == 0.5 && dnp_best_threshold(same, 3) == 0.5);
  assert_true(isnan(dnp_auc(parted, 2)) && isnan(dnp_auc(parted + 2, 1)) && isnan(dnp_best_threshold(parted + 2, 1)));
  parted[1].score = (double)NAN;
  assert_true(isnan(dnp_auc(parted, 3)) && isnan(dnp_best_threshold(parted, 3)));
}

/* Two classes: the outputs of a network that passes its inputs on are its softmax. */
static void test_two_classes(void **state) {
  (void)state;
  static const int32_t label[] = {0, 0, 1, 1};
  static const double x[] = {0, -1, 0, 1, 0, 2, 0, -0.5}; /* class 1 where the second is positive */
  denpa_data *data;
  dnp_scores s;
  const denpa_rows rows = {.rows = 4, .dtype = DENPA_DTYPE_FLOAT64, .x = x, .label = label};
  OK(denpa_data_from_memory(&data, "two", 2, 2, &rows, NULL, err));
  denpa_net *net = passing("2-2", "cross-entropy", 2);
  OK(dnp_scores_take(net, data, DNP_TRAIN, NULL, &s, err));
  assert_true(s.accuracy == 0.5 && s.auc == 0.75 && s.threshold.positive == 1 && isnan(s.threshold.value));
  dnp_scores_free(&s);
  dnp_threshold t = {.positive = 0, .value = (double)NAN, .best = true};
  OK(dnp_scores_take(net, data, DNP_TRAIN, &t, &s, err));
  assert_true(s.auc == 0.75 && s.threshold.value == 0.2 && s.accuracy == 0.75); /* between 0.12 and 0.27 */
  dnp_scores_free(&s);
  t = (dnp_threshold){.positive = 1, .value = 0}; /* everything */
  OK(dnp_scores_take(net, data, DNP_TRAIN, &t, &s, err));
  assert_true(s.accuracy == 0.5 && s.of[1].recall == 1 && s.of[0].answered == 0);
  dnp_scores_free(&s), denpa_data_free(data), denpa_net_free(net);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_fields),
      cmocka_unit_test(test_quoting),
      cmocka_unit_test(test_quoting_of_marks),
      cmocka_unit_test(test_numbers),
      cmocka_unit_test(test_mutations),
      cmocka_unit_test(test_no_tables),
      cmocka_unit_test(test_starved),
      cmocka_unit_test(test_kept_and_found),
      cmocka_unit_test(test_columns),
      cmocka_unit_test(test_task),
      cmocka_unit_test(test_split),
      cmocka_unit_test(test_model_table),
      cmocka_unit_test(test_class_names),
      cmocka_unit_test(test_damaged_json),
      cmocka_unit_test(test_memory),
      cmocka_unit_test(test_scores),
      cmocka_unit_test(test_ranks),
      cmocka_unit_test(test_two_classes),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}

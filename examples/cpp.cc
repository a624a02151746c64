// cpp.cc: the library from C++: pointers that free themselves, and failures as exceptions.
//   c++ -std=c++17 cpp.cc $(pkg-config --cflags --libs denpa) -o cpp && ./cpp
#include <denpa/denpa.h>

#include <cstdio>
#include <memory>
#include <stdexcept>
#include <vector>

struct deleter {
  void operator()(denpa_data *data) const { denpa_data_free(data); }
  void operator()(denpa_net *net) const { denpa_net_free(net); }
};
using data_ptr = std::unique_ptr<denpa_data, deleter>;
using net_ptr = std::unique_ptr<denpa_net, deleter>;

static void check(denpa_status status, const denpa_error &err) {
  if (status == DENPA_OK) return;
  std::vector<char> text(denpa_error_text(&err, DENPA_LANG_EN, nullptr, 0) + 1);
  denpa_error_text(&err, DENPA_LANG_EN, text.data(), text.size());
  throw std::runtime_error(text.data());
}

static data_ptr digits(size_t rows) {
  denpa_data *data = nullptr;
  denpa_error err{};
  check(denpa_data_digits(&data, rows, 1, &err), err);
  return data_ptr(data);
}

static net_ptr create(const char *text) {
  denpa_net *net = nullptr;
  denpa_error err{};
  check(denpa_net_create(&net, text, nullptr, &err), err);
  return net_ptr(net);
}

int main() try {
  const data_ptr data = digits(600);
  const net_ptr net = create("784-20-10");
  denpa_train_options options = denpa_train_options_default();
  denpa_error err{};
  double accuracy;
  options.optimizer = "adam";
  options.epochs = 10;
  check(denpa_train(net.get(), data.get(), &options, nullptr, &err), err);
  check(denpa_net_evaluate(net.get(), data.get(), DENPA_SPLIT_TEST, nullptr, &accuracy, &err), err);
  std::printf("test accuracy %.2f\n", accuracy);
  create("784-many-10");
  return 0;
} catch (const std::exception &e) {
  std::printf("%s\n", e.what());
  return 0;
}

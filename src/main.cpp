#include "app/app.hpp"

int main(int argc, char** argv) {
  return occ::app::run(argc, argv);
}

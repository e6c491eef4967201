/// \file
/// Helpers around LDicomNet for C++ programs: Closing<T> and Make<T>, which see to it that an object is closed before
/// its own members die. Header only, C++11.
///
/// Hooks run on the library's threads. A class that overrides hooks must therefore be closed before its destructor has
/// begun to destroy what those hooks use, and no base class can do that for it: by the time ~LDicomNet runs, the
/// derived part is gone. So either the class calls Close() in its own destructor, or it is made here:
///
///     std::unique_ptr<MyServer> server = ldicomnet::Make<MyServer>("first argument", 2);

#ifndef LDICOMNET_DICOM_NET_HELPERS_H
#define LDICOMNET_DICOM_NET_HELPERS_H

#include "ldicomnet/dicom_net.h"

#include <memory>
#include <utility>

namespace ldicomnet {

/// T, a class derived from LDicomNet, with a destructor that calls Close() first. T must not be final.
template <class T>
class Closing final : public T {
 public:
  template <class... Arguments>
  explicit Closing(Arguments&&... arguments) : T(std::forward<Arguments>(arguments)...) {}
  Closing(const Closing&) = delete;
  Closing& operator=(const Closing&) = delete;
  ~Closing() override { this->Close(); }
};

/// A new Closing<T>, owned by a unique_ptr. Where the library's pattern is `delete pNet` inside OnClose, use release().
template <class T, class... Arguments>
std::unique_ptr<T> Make(Arguments&&... arguments) {
  return std::unique_ptr<T>(new Closing<T>(std::forward<Arguments>(arguments)...));
}

}  // namespace ldicomnet

#endif

#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace slipway::wire {

// The name of a member of an object. A string literal is kept by address, never copied; any other text
// is copied once and shared. Names of a shape table (`Key::of_table`) live as long as the program.
class Key {
 public:
  template <std::size_t n>
  consteval Key(const char (&literal)[n]) : data_(literal), size_(n - 1) {}  // NOLINT: implicit by design
  Key(std::string_view text);                                                // NOLINT: implicit by design
  Key(const std::string& text) : Key(std::string_view(text)) {}              // NOLINT: implicit by design
  static constexpr Key of_table(std::string_view name) { return Key(name.data(), name.size()); }

  constexpr Key(const Key& other) : data_(other.data_), size_(other.size_), owner_(other.owner_) {
    if (owner_) retain();
  }
  constexpr Key(Key&& other) noexcept : data_(other.data_), size_(other.size_), owner_(other.owner_) {
    other.owner_ = nullptr;
  }
  Key& operator=(Key other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(owner_, other.owner_);
    return *this;
  }
  constexpr ~Key() {
    if (owner_) release();
  }

  std::string_view view() const { return {data_, size_}; }
  bool operator==(std::string_view text) const {
    return size_ == text.size() && (data_ == text.data() || view() == text);
  }
  bool operator==(const Key& other) const { return *this == other.view(); }

 private:
  constexpr Key(const char* data, std::size_t size) : data_(data), size_(size) {}
  void retain() const;
  void release() const;

  const char* data_;
  std::size_t size_;
  struct Text* owner_ = nullptr;
};

enum class Kind : std::uint8_t { absent, boolean, integer, number, string, blob, instant, list, object };

// What travels in an API call: a tree of scalars, lists and objects. An object is a structure (absent
// members have no entry) or a map; entries keep their order. Inside a list or a map `absent` stands for
// JSON's null. Text is UTF-8; a blob is raw bytes.
//
// Sixteen bytes; copies share and are cheap (one atomic increment), changing a shared value copies one
// level first. Values may cross threads; one object is changed by one thread at a time.
//
// Readers never fail: asked for another kind they answer "", 0, false, Instant{} or the absent value
// (number() also takes an integer). A writer on the wrong kind is a broken invariant.
class Value {
 public:
  struct Entry;

  constexpr Value() = default;
  template <std::integral T>
  Value(T value) {  // NOLINT: implicit by design, as all below
    if constexpr (std::same_as<T, bool>) {
      kind_ = Kind::boolean;
      put(value);
    } else {
      kind_ = Kind::integer;
      put(static_cast<std::int64_t>(value));
    }
  }
  Value(double value) : kind_(Kind::number) { put(value); }                 // NOLINT
  Value(Instant value) : kind_(Kind::instant) { put(value.ms); }            // NOLINT
  Value(std::string_view text) : Value(Kind::string, text) {}               // NOLINT
  Value(const std::string& text) : Value(Kind::string, text) {}             // NOLINT
  Value(const char* text) : Value(Kind::string, std::string_view(text)) {}  // NOLINT
  static Value blob(std::string_view bytes) { return Value(Kind::blob, bytes); }
  static Value list();
  static Value list(std::initializer_list<Value> items);
  static Value object();
  static Value object(std::initializer_list<Entry> entries);

  Value(const Value& other) : Value(static_cast<const Bits&>(other.bits_), other.small_, other.kind_) {
    if (is_shared()) retain();
  }
  Value(Value&& other) noexcept : Value(other.bits_, other.small_, other.kind_) { other.forget(); }
  Value& operator=(const Value& other);
  Value& operator=(Value&& other) noexcept;
  constexpr ~Value() {
    if (is_shared()) release();
  }

  Kind kind() const { return kind_; }
  bool is(Kind kind) const { return kind_ == kind; }
  bool absent() const { return kind_ == Kind::absent; }
  explicit operator bool() const { return !absent(); }

  bool boolean() const { return kind_ == Kind::boolean && get_as<bool>(); }
  std::int64_t integer() const { return kind_ == Kind::integer ? get_as<std::int64_t>() : 0; }
  double number() const;
  Instant instant() const { return kind_ == Kind::instant ? Instant{get_as<std::int64_t>()} : Instant{}; }
  // Text of a string or bytes of a blob; lives as long as this value, or its owner, is not changed.
  std::string_view string() const;

  // Lists and objects.
  std::size_t size() const;
  bool empty() const { return size() == 0; }

  // Lists. `at` beyond the end is the absent value. Writing to an absent value makes it a list.
  std::span<const Value> items() const;
  const Value& at(std::size_t index) const;
  Value& push_back(Value item);  // the new item, to be filled in place
  Value& mutable_at(std::size_t index);

  // Objects. Finding takes constant time. Writing to an absent value makes it an object.
  std::span<const Entry> entries() const;
  const Value* find(std::string_view key) const;  // nullptr where there is no entry
  const Value& get(std::string_view key) const;   // the absent value where there is no entry
  const Value& get(std::string_view key, std::string_view then) const { return get(key).get(then); }
  Value& set(Key key, Value value);  // replaces; a new key comes last
  Value& slot(Key key);              // the entry to change in place, made where missing
  bool erase(std::string_view key);
  void reserve(std::size_t count);  // of a list or an object

  // Deep. Objects compare as sets of entries; an integer equals the number of the same value.
  bool operator==(const Value& other) const;

 private:
  struct List;
  struct Object;
  struct Bits {
    alignas(8) char bytes[14] = {};
  };
  static constexpr std::uint8_t on_heap = 0xff;

  Value(const Bits& bits, std::uint8_t small, Kind kind) : bits_(bits), small_(small), kind_(kind) {}
  Value(Kind kind, std::string_view text);
  template <class T>
  void put(T value) {
    __builtin_memcpy(bits_.bytes, &value, sizeof value);
  }
  template <class T>
  T get_as() const {
    T value;
    __builtin_memcpy(&value, bits_.bytes, sizeof value);
    return value;
  }
  constexpr bool is_shared() const { return small_ == on_heap; }
  void forget() { kind_ = Kind::absent, small_ = 0; }
  void retain() const;
  void release();
  List& own_list();
  Object& own_object();

  Bits bits_;
  std::uint8_t small_ = 0;  // length of a text kept inside, or on_heap
  Kind kind_ = Kind::absent;
};

struct Value::Entry {
  Key key;
  Value value;

  bool operator==(const Entry&) const = default;
};

}  // namespace slipway::wire

#include "wire/value.hpp"

#include <atomic>
#include <cmath>
#include <cstring>
#include <functional>
#include <new>
#include <utility>
#include <vector>

#include "base/check.hpp"

namespace slipway::wire {

// Shared text: the bytes follow the header in the same allocation.
struct Text {
  std::atomic<std::uint32_t> owners{1};
  std::size_t size;

  char* data() { return reinterpret_cast<char*>(this + 1); }

  static Text* make(std::string_view bytes) {
    Text* text = new (::operator new(sizeof(Text) + bytes.size())) Text{.size = bytes.size()};
    if (!bytes.empty()) std::memcpy(text->data(), bytes.data(), bytes.size());
    return text;
  }
  void release() {
    if (owners.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      this->~Text();
      ::operator delete(this);
    }
  }
};

Key::Key(std::string_view text) : size_(text.size()), owner_(Text::make(text)) {
  data_ = owner_->data();
}
void Key::retain() const {
  owner_->owners.fetch_add(1, std::memory_order_relaxed);
}
void Key::release() const {
  owner_->release();
}

struct Value::List {
  std::atomic<std::uint32_t> owners{1};
  std::vector<Value> items;

  List() = default;
  explicit List(const List& other) : items(other.items) {}
};

// Most objects are structures of a few members, where a scan wins. A map that a caller fills with 100,000
// keys must not cost the square of that, so beyond `scanned` entries there is an open-addressed index:
// slots hold entry number + 1, zero is free.
struct Value::Object {
  static constexpr std::size_t scanned = 16;
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  std::atomic<std::uint32_t> owners{1};
  std::vector<Entry> entries;
  std::vector<std::uint32_t> slots;

  Object() = default;
  explicit Object(const Object& other) : entries(other.entries), slots(other.slots) {}

  std::size_t position(std::string_view key) const {
    if (slots.empty()) {
      for (std::size_t i = 0; i < entries.size(); ++i)
        if (entries[i].key == key) return i;
      return none;
    }
    for (std::size_t slot = std::hash<std::string_view>{}(key);; ++slot) {
      std::uint32_t number = slots[slot & (slots.size() - 1)];
      if (number == 0) return none;
      if (entries[number - 1].key == key) return number - 1;
    }
  }
  void index(std::size_t number) {
    std::size_t slot = std::hash<std::string_view>{}(entries[number].key.view());
    while (slots[slot & (slots.size() - 1)] != 0) ++slot;
    slots[slot & (slots.size() - 1)] = static_cast<std::uint32_t>(number + 1);
  }
  void rebuild() {
    slots.clear();
    if (entries.size() <= scanned) return;
    std::size_t capacity = 64;
    while (capacity < entries.size() * 4) capacity *= 2;
    slots.resize(capacity);
    for (std::size_t i = 0; i < entries.size(); ++i) index(i);
  }
  Value& append(Key key) {
    entries.push_back({std::move(key), {}});
    if (entries.size() > scanned) {
      if (slots.size() < entries.size() * 2)
        rebuild();
      else
        index(entries.size() - 1);
    }
    return entries.back().value;
  }
};

namespace {
const Value absent_value;
}

Value::Value(Kind kind, std::string_view text) : kind_(kind) {
  if (text.size() <= sizeof bits_.bytes) {
    small_ = static_cast<std::uint8_t>(text.size());
    if (!text.empty()) std::memcpy(bits_.bytes, text.data(), text.size());
  } else {
    small_ = on_heap;
    put(Text::make(text));
  }
}

Value Value::list() {
  Value value;
  value.own_list();
  return value;
}

Value Value::list(std::initializer_list<Value> items) {
  Value value;
  value.own_list().items = items;
  return value;
}

Value Value::object() {
  Value value;
  value.own_object();
  return value;
}

Value Value::object(std::initializer_list<Entry> entries) {
  Value value = object();
  value.reserve(entries.size());
  for (const Entry& entry : entries) value.set(entry.key, entry.value);
  return value;
}

Value& Value::operator=(const Value& other) {
  Value copy(other);
  return *this = std::move(copy);
}

Value& Value::operator=(Value&& other) noexcept {
  if (this == &other) return *this;
  // The old content goes last: `value = value.get("x")`, moved from inside itself, must stay whole.
  Value old(bits_, small_, kind_);
  bits_ = other.bits_;
  small_ = other.small_;
  kind_ = other.kind_;
  other.forget();
  return *this;
}

void Value::retain() const {
  std::atomic<std::uint32_t>* owners = nullptr;
  switch (kind_) {
    case Kind::list:
      owners = &get_as<List*>()->owners;
      break;
    case Kind::object:
      owners = &get_as<Object*>()->owners;
      break;
    default:
      owners = &get_as<Text*>()->owners;
  }
  owners->fetch_add(1, std::memory_order_relaxed);
}

void Value::release() {
  if (kind_ == Kind::list) {
    List* list = get_as<List*>();
    if (list->owners.fetch_sub(1, std::memory_order_acq_rel) == 1) delete list;
  } else if (kind_ == Kind::object) {
    Object* object = get_as<Object*>();
    if (object->owners.fetch_sub(1, std::memory_order_acq_rel) == 1) delete object;
  } else {
    get_as<Text*>()->release();
  }
}

Value::List& Value::own_list() {
  if (kind_ == Kind::absent) {
    put(new List);
    small_ = on_heap;
    kind_ = Kind::list;
  }
  check(kind_ == Kind::list, "a list was expected");
  List* list = get_as<List*>();
  if (list->owners.load(std::memory_order_acquire) != 1) {
    List* copy = new List(*list);
    release();
    put(list = copy);
  }
  return *list;
}

Value::Object& Value::own_object() {
  if (kind_ == Kind::absent) {
    put(new Object);
    small_ = on_heap;
    kind_ = Kind::object;
  }
  check(kind_ == Kind::object, "an object was expected");
  Object* object = get_as<Object*>();
  if (object->owners.load(std::memory_order_acquire) != 1) {
    Object* copy = new Object(*object);
    release();
    put(object = copy);
  }
  return *object;
}

double Value::number() const {
  if (kind_ == Kind::number) return get_as<double>();
  return kind_ == Kind::integer ? static_cast<double>(get_as<std::int64_t>()) : 0;
}

std::string_view Value::string() const {
  if (kind_ != Kind::string && kind_ != Kind::blob) return {};
  if (small_ != on_heap) return {bits_.bytes, small_};
  Text* text = get_as<Text*>();
  return {text->data(), text->size};
}

std::size_t Value::size() const {
  if (kind_ == Kind::list) return get_as<List*>()->items.size();
  return kind_ == Kind::object ? get_as<Object*>()->entries.size() : 0;
}

std::span<const Value> Value::items() const {
  if (kind_ != Kind::list) return {};
  return get_as<List*>()->items;
}

const Value& Value::at(std::size_t index) const {
  std::span<const Value> all = items();
  return index < all.size() ? all[index] : absent_value;
}

Value& Value::push_back(Value item) {
  List& list = own_list();
  return list.items.emplace_back(std::move(item));
}

Value& Value::mutable_at(std::size_t index) {
  List& list = own_list();
  check(index < list.items.size(), "no such element");
  return list.items[index];
}

std::span<const Value::Entry> Value::entries() const {
  if (kind_ != Kind::object) return {};
  return get_as<Object*>()->entries;
}

const Value* Value::find(std::string_view key) const {
  if (kind_ != Kind::object) return nullptr;
  const Object& object = *get_as<Object*>();
  std::size_t position = object.position(key);
  return position == Object::none ? nullptr : &object.entries[position].value;
}

const Value& Value::get(std::string_view key) const {
  const Value* found = find(key);
  return found ? *found : absent_value;
}

Value& Value::slot(Key key) {
  Object& object = own_object();
  std::size_t position = object.position(key.view());
  return position == Object::none ? object.append(std::move(key)) : object.entries[position].value;
}

Value& Value::set(Key key, Value value) {
  Value& place = slot(std::move(key));
  place = std::move(value);
  return place;
}

bool Value::erase(std::string_view key) {
  if (!find(key)) return false;
  Object& object = own_object();
  object.entries.erase(object.entries.begin() + static_cast<std::ptrdiff_t>(object.position(key)));
  object.rebuild();
  return true;
}

void Value::reserve(std::size_t count) {
  if (kind_ == Kind::list)
    own_list().items.reserve(count);
  else
    own_object().entries.reserve(count);
}

bool Value::operator==(const Value& other) const {
  if (kind_ != other.kind_) {
    auto numeric = [](Kind kind) { return kind == Kind::integer || kind == Kind::number; };
    return numeric(kind_) && numeric(other.kind_) && number() == other.number();
  }
  switch (kind_) {
    case Kind::absent:
      return true;
    case Kind::boolean:
      return get_as<bool>() == other.get_as<bool>();
    case Kind::integer:
    case Kind::instant:
      return get_as<std::int64_t>() == other.get_as<std::int64_t>();
    case Kind::number:
      return get_as<double>() == other.get_as<double>() ||
             (std::isnan(get_as<double>()) && std::isnan(other.get_as<double>()));
    case Kind::string:
    case Kind::blob:
      return string() == other.string();
    case Kind::list:
      return get_as<List*>()->items == other.get_as<List*>()->items;
    case Kind::object:
      break;
  }
  if (get_as<Object*>() == other.get_as<Object*>()) return true;
  if (size() != other.size()) return false;
  for (const Entry& entry : entries()) {
    const Value* twin = other.find(entry.key.view());
    if (!twin || !(entry.value == *twin)) return false;
  }
  return true;
}

}  // namespace slipway::wire

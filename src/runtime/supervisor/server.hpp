#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/supervisor/containers.hpp"
#include "runtime/supervisor/loop.hpp"
#include "runtime/supervisor/protocol.hpp"

namespace slipway::runtime {

// The supervisor's socket and its clients: protocol.hpp, answered from Containers.
class Server {
 public:
  struct Upgrade {
    int client = -1;
    std::string number;  // of the request that the new program answers
    std::string path, argument;
  };

  // `listener`: a bound, listening SOCK_SEQPACKET socket, owned by the caller.
  Server(Loop&, int listener);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // What the requests are about; before the loop runs.
  void serve(Containers& containers) { containers_ = &containers; }

  void publish(const ContainerStatus& exited);
  void publish(const LaunchRecord& probed, const ProbeResult&);
  // A client of the program before this one.
  void adopt(int client, bool subscribed);
  void answer(int client, const std::string& number, Result<Message>);

  // Descriptors of clients, and whether they are subscribed.
  std::map<int, bool> clients() const;
  // An upgrade that was asked for; no request is read until it was done or refused.
  std::optional<Upgrade> wanted_upgrade() const { return upgrade_; }
  void refuse_upgrade(Error);
  // True after "shutdown" was granted and everything is sent.
  bool finished() const;

 private:
  struct Client {
    Fd fd;
    bool subscribed = false;
    std::deque<std::string> backlog;
    std::size_t backlog_bytes = 0;
  };

  struct Greeting {
    int client;
    std::string number;  // of the request
  };

  void accept();
  void readable(int client);
  void greet(int client, const std::string& number);
  void answer_greetings();
  void handle(int client, const Message&);
  Result<Message> answer_now(Client&, const Message&);
  Message list(const std::string& after) const;
  void send(int client, const Message&);
  void send_to_subscribed(const Message&);
  void flush(int client);
  void watch(int client);
  void drop(int client);

  Loop& loop_;
  const int listener_;
  Containers* containers_ = nullptr;
  std::map<int, Client> clients_;
  std::vector<Greeting> greetings_;  // not answered yet
  std::optional<Upgrade> upgrade_;
  bool shutting_down_ = false;
};

}  // namespace slipway::runtime

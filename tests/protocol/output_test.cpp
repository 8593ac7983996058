#include <gtest/gtest.h>

#include "model.hpp"
#include "typed.hpp"

namespace slipway::wire {

namespace {

HttpResponseParts response_of(const Value& json) {
  HttpResponseParts response;
  response.status = static_cast<int>(json.get("status_code").integer());
  response.body = json.get("body").string();
  for (const Value::Entry& header : json.get("headers").entries())
    response.headers.push_back({std::string(header.key.view()), std::string(header.value.string())});
  return response;
}

void expect_error(const Model& model, const Value& one, const HttpResponseParts& response) {
  Value details;
  Error error = parse_error(model.service, response, &details);
  EXPECT_EQ(error.code, one.get("errorCode").string());
  // A case of an error with a message that the fixture does not mention says nothing about it.
  if (const Value* message = one.find("errorMessage")) {
    EXPECT_EQ(error.message, message->string());
  }
  EXPECT_EQ(error.http_status, response.status);
  const Shape* shape = model.service.error(error.code);
  Value wanted = shape ? typed(*shape, one.get("error")) : Value::object();
  EXPECT_TRUE(details == wanted) << shown(details) << "\nexpected " << shown(wanted) << "\nfrom "
                                 << response.body;
}

void expect_output(const Model& model, const Value& one, const HttpResponseParts& response) {
  Result<Value> output = parse_response(model.service, model.operation(), response);
  ASSERT_TRUE(output) << output.error().code << ": " << output.error().message << "\nfrom " << response.body;
  Value wanted =
      model.operation().output ? typed(*model.operation().output, one.get("result")) : Value::object();
  EXPECT_TRUE(*output == wanted) << shown(*output) << "\nexpected " << shown(wanted) << "\nfrom "
                                 << response.body;
}

}  // namespace

void client_reads_response(const Value& suite, const Value& one) {
  Model model(suite, one.get("given"));
  HttpResponseParts response = response_of(one.get("response"));
  if (one.find("error"))
    expect_error(model, one, response);
  else
    expect_output(model, one, response);
}

void server_answer_reads_back(const Value& suite, const Value& one) {
  Model model(suite, one.get("given"));
  HttpResponseParts response;
  if (one.find("error")) {
    Error error{std::string(one.get("errorCode").string()), std::string(one.get("errorMessage").string()),
                static_cast<int>(one.get("response", "status_code").integer())};
    const Shape* shape = model.service.error(error.code);
    Value details = shape ? typed(*shape, one.get("error")) : Value();
    response = write_error(model.service, error, "request-id", details);
    expect_error(model, one, response);
  } else {
    Value output = model.operation().output ? typed(*model.operation().output, one.get("result")) : Value();
    response = write_response(model.service, model.operation(), output, "request-id");
    expect_output(model, one, response);
  }
  EXPECT_EQ(request_id_of(model.service, response), "request-id");
}

}  // namespace slipway::wire

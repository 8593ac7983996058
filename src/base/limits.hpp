#pragma once

#include <cstddef>
#include <cstdint>

// Every limit of Slipway, in one place, with its unit in its name. docs/SPECIFICATION.md quotes this file.
namespace slipway::limits {

// http/
inline constexpr std::size_t http_header_bytes = 64 * 1024;
inline constexpr std::size_t http_body_bytes = 8 * 1024 * 1024;  // API calls; the registry streams
inline constexpr std::size_t http_small_body_bytes = 64 * 1024;  // of each request, not counted in the next
inline constexpr std::size_t http_bodies_bytes = 512 * 1024 * 1024;  // in memory, of all requests under way
inline constexpr std::size_t http_connections = 8'192;
inline constexpr std::int64_t http_header_timeout_ms = 10'000;
inline constexpr std::int64_t http_body_timeout_ms = 60'000;
inline constexpr std::int64_t http_idle_timeout_ms = 75'000;
inline constexpr std::int64_t http_write_timeout_ms = 30'000;
inline constexpr std::int64_t http_connect_timeout_ms = 10'000;
inline constexpr std::int64_t http_call_timeout_ms = 60'000;
inline constexpr std::size_t websocket_message_bytes = 4 * 1024 * 1024;
inline constexpr std::size_t websocket_queued_messages = 1'024;
inline constexpr std::size_t websocket_queued_bytes = 16 * 1024 * 1024;
inline constexpr std::int64_t shutdown_grace_ms = 10'000;
inline constexpr std::size_t http_client_idle_connections = 32;

// wire/
inline constexpr std::size_t wire_depth = 64;
inline constexpr std::size_t wire_string_bytes = 4 * 1024 * 1024;
inline constexpr std::size_t wire_members = 200'000;     // values in one document
inline constexpr std::size_t wire_map_entries = 10'000;  // of one object
inline constexpr std::size_t query_parameters = 20'000;
inline constexpr std::size_t event_message_bytes = 16 * 1024 * 1024;

// auth/
inline constexpr std::int64_t clock_skew_ms = 15 * 60'000;
inline constexpr std::int64_t presign_expiry_max_s = 7 * 24 * 3'600;
inline constexpr std::size_t signing_key_cache_entries = 1'024;
inline constexpr std::size_t authorization_header_bytes = 8 * 1024;
inline constexpr std::size_t signed_headers = 128;
inline constexpr std::size_t canonical_query_parameters = 1'024;
inline constexpr std::size_t session_token_bytes = 8 * 1024;

// core/ and the turn
inline constexpr std::size_t turn_events = 256;
inline constexpr std::size_t turn_rows = 512;
inline constexpr std::size_t turn_queue_events = 65'536;
inline constexpr std::size_t commit_queue_turns = 8;
inline constexpr std::uint64_t free_space_low_bytes = 256ull * 1024 * 1024;
// What is under way, the logs' store and the agent's files may still write for, while nothing is taken.
inline constexpr std::uint64_t free_space_none_bytes = 16ull * 1024 * 1024;
inline constexpr std::uint64_t disk_reserve_bytes = 32ull * 1024 * 1024;  // given up when nothing is left
// Where the wall clock was set back, the turn's time takes so many milliseconds for one, until it is met.
inline constexpr std::int64_t turn_time_slow_down = 2;

// runtime/
inline constexpr std::size_t container_layers = 256;  // overlayfs itself takes 500
inline constexpr std::size_t container_name_bytes = 128;
inline constexpr std::size_t container_arguments_bytes =
    2 * 1024 * 1024;  // argv and environment, as execve's own limit
inline constexpr std::int64_t container_pids = 4'096;
inline constexpr std::size_t probe_output_bytes = 4'096;  // as Docker keeps of a health check
inline constexpr std::uint64_t output_spool_bytes = 64ull * 1024 * 1024;  // per container
inline constexpr std::size_t output_spool_segments = 8;
inline constexpr std::size_t output_record_bytes = 64 * 1024;
inline constexpr std::size_t supervisor_message_bytes = 128 * 1024;
inline constexpr std::size_t supervisor_clients = 64;
inline constexpr std::size_t supervisor_containers = 4'096;
inline constexpr std::size_t supervisor_client_backlog_bytes = 8 * 1024 * 1024;
inline constexpr std::int64_t supervisor_call_timeout_ms = 30'000;
inline constexpr std::int64_t supervisor_call_timeout_least_ms = 2'000;  // that can be set, and the most
inline constexpr std::int64_t supervisor_call_timeout_most_ms = 600'000;
inline constexpr std::int64_t supervisor_start_timeout_ms = 10'000;
inline constexpr std::int64_t oci_runtime_timeout_ms = 60'000;  // one call of crun
inline constexpr std::int64_t helper_timeout_ms = 10'000;       // one call of nft
inline constexpr std::size_t helper_output_bytes = 1024 * 1024;
inline constexpr std::uint16_t dynamic_port_first = 32'768;  // ECS's ephemeral range of host ports
inline constexpr std::uint16_t dynamic_port_last = 60'999;
inline constexpr std::size_t seccomp_programs = 64;  // kept compiled
inline constexpr std::size_t published_ports = 16'384;
inline constexpr std::size_t vpc_routers = 1'024;
inline constexpr std::int64_t supervisor_silent_timeout_ms = 2'000;  // of a call behind one that timed out

// runtime/net and runtime/dns: routers and their name servers
inline constexpr std::size_t security_groups_per_router = 2'500;  // EC2's quota of a VPC
inline constexpr std::size_t security_group_rules = 2'000;        // both ways; EC2's highest quotas together
inline constexpr std::size_t dns_message_bytes = 4'096;           // what we take over UDP, and send on
inline constexpr std::size_t dns_queries_outstanding = 512;       // of one router
inline constexpr std::size_t dns_queries_outstanding_per_task = 64;
inline constexpr std::int64_t dns_queries_per_s = 1'024;  // per task, as a VPC's resolver
inline constexpr std::size_t dns_streams = 64;            // TCP connections of one router
inline constexpr std::int64_t dns_answer_ms = 2'000;  // of one of the host's servers, then the next is asked
inline constexpr int dns_tries = 4;

// services/
inline constexpr std::size_t tags_per_resource = 50;
inline constexpr std::size_t tag_key_bytes = 128;
inline constexpr std::size_t tag_value_bytes = 256;
inline constexpr std::size_t ecs_describe_items = 100;
inline constexpr std::int64_t ecs_tasks_per_run = 10;
inline constexpr std::size_t ecs_containers_per_definition = 10;
inline constexpr std::size_t ecs_definition_bytes = 64 * 1024;
inline constexpr std::size_t ecs_overrides_bytes = 8 * 1024;
inline constexpr std::int64_t stopped_task_kept_ms = 3'600'000;
inline constexpr std::int64_t idempotency_token_kept_ms = 24 * 3'600'000;
inline constexpr std::int64_t task_credentials_life_ms = 6 * 3'600'000;
inline constexpr std::int64_t task_credentials_life_least_ms = 10'000;  // that can be set, and the most
inline constexpr std::int64_t task_credentials_life_most_ms = 12 * 3'600'000;
inline constexpr std::int64_t task_credentials_renewed_at = 6;  // new ones, when a sixth of the life is left

// agent/image
inline constexpr std::size_t image_name_bytes = 384;
inline constexpr std::size_t image_document_bytes = 4 * 1024 * 1024;  // a manifest, index or configuration
inline constexpr std::size_t image_document_depth = 32;
inline constexpr std::size_t image_layers = 256;
inline constexpr std::uint64_t image_layer_bytes = 64ull * 1024 * 1024 * 1024;  // unpacked, and as a blob
inline constexpr std::uint64_t image_layer_entries = 2'000'000;
// A tar may grow to this much times its compressed size, once it is larger than the first figure.
inline constexpr std::uint64_t image_ratio_free_bytes = 256ull * 1024 * 1024;
inline constexpr std::uint64_t image_ratio = 300;
inline constexpr std::uint64_t unpack_memory_bytes = 1024ull * 1024 * 1024;
inline constexpr std::uint64_t unpack_cpu_s = 3'600;
inline constexpr std::size_t unpack_message_bytes = 4 * 1024;
inline constexpr std::size_t pull_layers_at_once = 3;  // per image
inline constexpr int pull_tries = 5;                   // of one request that failed in passing
inline constexpr int pull_redirects = 5;
inline constexpr std::size_t registry_token_bytes = 64 * 1024;
inline constexpr std::size_t registry_tokens = 256;  // kept until they expire
inline constexpr std::size_t registry_rules = 256;   // of the configuration, and mirrors of each
inline constexpr std::size_t registry_mirrors = 8;
inline constexpr std::size_t docker_config_bytes = 1024 * 1024;
inline constexpr std::int64_t credential_helper_timeout_ms = 10'000;
inline constexpr std::size_t credential_bytes = 16 * 1024;  // a user name, a password
inline constexpr std::size_t pull_blobs_at_once = 6;        // of all images together
inline constexpr std::int64_t partial_blob_kept_ms = 24 * 3'600'000;
inline constexpr int image_index_depth = 2;  // indexes within the index that a name stands for
inline constexpr std::size_t image_entry_name_bytes = 255;
inline constexpr std::size_t image_entry_depth = 256;
inline constexpr std::size_t image_entry_attributes = 64;
inline constexpr std::size_t image_leases = 65'536;
inline constexpr std::int64_t mkfs_timeout_ms = 600'000;
// mkfs.erofs keeps every entry in memory: a kibibyte each, some more with attributes.
inline constexpr std::uint64_t mkfs_memory_bytes = 4ull * 1024 * 1024 * 1024;

// services/iam, sts and ec2 (AWS's default quotas)
inline constexpr std::size_t access_keys_per_user = 2;
inline constexpr std::size_t tags_per_identity = 50;
inline constexpr std::size_t attached_policies = 10;  // managed policies of a user or role
// Without white space: all inline policies of one role, user or group, a managed policy, a trust policy.
inline constexpr std::size_t role_policies_bytes = 10'240;
inline constexpr std::size_t user_policies_bytes = 2'048;
inline constexpr std::size_t group_policies_bytes = 5'120;
inline constexpr std::size_t managed_policy_bytes = 6'144;
inline constexpr std::size_t trust_policy_bytes = 2'048;
inline constexpr std::size_t policy_versions = 5;
inline constexpr std::size_t managed_policies = 1'500;  // an account's own
inline constexpr std::size_t groups_per_user = 10;
inline constexpr std::size_t groups_per_account = 300;
inline constexpr std::size_t instance_profiles = 1'000;
inline constexpr std::size_t session_policy_arns = 10;
inline constexpr std::size_t session_tags = 50;
inline constexpr std::size_t policy_document_bytes = 128 * 1024;  // as IAM takes it, white space and all
inline constexpr std::size_t policy_cache_documents = 4'096;      // compiled, per generation (auth/policy)
inline constexpr std::size_t policy_cache_bytes = 8 * 1024 * 1024;
inline constexpr std::size_t simulated_actions = 1'000;  // actions times resources of one simulation
inline constexpr std::size_t session_policies_bytes = 2'048;
inline constexpr std::int64_t chained_session_s = 3'600;
inline constexpr std::int64_t root_session_s = 3'600;
inline constexpr std::size_t security_groups_per_interface = 5;
inline constexpr std::int64_t ec2_page_min = 5;
inline constexpr std::int64_t ec2_page_max = 1'000;
inline constexpr std::size_t ec2_filter_values = 200;
inline constexpr int address_draws = 32;        // before a search of the whole subnet
inline constexpr std::size_t ec2_vpcs = 1'000;  // of a region, as all below where nothing else is said
inline constexpr std::size_t ec2_subnets_per_vpc = 1'000;
inline constexpr std::size_t ec2_security_groups_per_vpc = 2'500;
inline constexpr std::size_t ec2_rules_per_security_group = 1'000;  // in and out each
inline constexpr std::size_t ec2_security_group_name_characters = 255;
inline constexpr std::size_t ec2_description_characters = 255;
inline constexpr std::size_t ec2_internet_gateways = 1'000;
inline constexpr std::size_t ec2_route_tables_per_vpc = 1'000;
inline constexpr std::size_t ec2_routes_per_table = 1'000;
inline constexpr std::size_t ec2_network_acl_entries = 40;
inline constexpr std::size_t ec2_addresses = 5'000;
inline constexpr std::size_t ec2_nat_gateways = 1'000;
inline constexpr std::size_t ec2_network_interfaces = 50'000;
inline constexpr std::size_t ec2_request_items = 1'000;             // rules, resources or tags in one call
inline constexpr std::int64_t ec2_nat_gateway_kept_ms = 3'600'000;  // after it is deleted

// services/logs and the log store (AWS's quotas of CloudWatch Logs, where it has one)
inline constexpr std::size_t log_groups = 1'000'000;
inline constexpr std::size_t log_streams = 5'000'000;
inline constexpr std::size_t log_group_tags = 50;
inline constexpr std::size_t log_batch_bytes = 1'048'576;
inline constexpr std::size_t log_event_overhead_bytes = 26;
inline constexpr std::int64_t log_batch_span_ms = 24 * 3'600'000;
inline constexpr std::int64_t log_event_age_ms = 14ll * 24 * 3'600'000;
inline constexpr std::int64_t log_event_ahead_ms = 2 * 3'600'000;
inline constexpr std::size_t log_page_events = 10'000;
inline constexpr std::size_t log_page_bytes = 1'048'576;
inline constexpr std::size_t log_scan_bytes = 16 * 1024 * 1024;  // looked at by one FilterLogEvents
inline constexpr std::size_t log_names_visited = 10'000;         // by one Describe call that searches
inline constexpr std::size_t log_streams_sorted = 200'000;       // by one DescribeLogStreams in order of time
inline constexpr std::size_t log_filter_streams = 100;
inline constexpr std::size_t log_sweep_groups = 1'000;  // of one event of the upkeep
inline constexpr std::size_t log_sweep_rows = 256;
inline constexpr std::size_t log_dropped_ids = 65'536;
inline constexpr std::uint64_t log_sequences_reserved = 1'000'000;
inline constexpr std::size_t log_delete_batch = 1'000;
inline constexpr std::size_t log_expire_portion = 100'000;
inline constexpr std::size_t filter_depth = 32;  // parentheses in a pattern
inline constexpr std::size_t filter_regexes = 2;
inline constexpr std::size_t filter_regex_states = 256;
inline constexpr std::size_t live_tail_sessions = 256;
inline constexpr std::size_t live_tail_sessions_per_account = 15;
inline constexpr std::size_t live_tail_update_events = 500;
inline constexpr std::size_t live_tail_update_bytes = 1024 * 1024;
inline constexpr std::size_t live_tail_updates_queued = 10;
inline constexpr std::int64_t live_tail_update_ms = 1'000;
inline constexpr std::int64_t live_tail_session_ms = 3 * 3'600'000;

// services/ssm, secretsmanager and kms (AWS's quotas, where it has one)
inline constexpr std::size_t ssm_parameters = 100'000;
inline constexpr std::size_t ssm_standard_value_bytes = 4'096;
inline constexpr std::size_t ssm_advanced_value_bytes = 8'192;
inline constexpr std::size_t ssm_arn_characters = 1'011;  // of a parameter, with its name
inline constexpr std::size_t ssm_hierarchy_levels = 15;
inline constexpr std::int64_t ssm_parameter_versions = 100;
inline constexpr std::size_t ssm_version_labels = 10;
inline constexpr std::size_t ssm_parameter_policies = 10;
inline constexpr std::size_t ssm_parameters_visited = 10'000;  // by one call that searches
inline constexpr std::size_t ssm_pattern_states = 1'024;       // of an AllowedPattern, its counts written out
inline constexpr std::size_t ssm_pattern_depth = 32;           // parentheses
inline constexpr std::size_t secrets = 500'000;
inline constexpr std::size_t secret_versions = 100;
inline constexpr std::size_t secret_version_stages = 20;
inline constexpr std::size_t secret_value_bytes = 65'536;
inline constexpr std::size_t kms_keys = 100'000;
inline constexpr std::size_t kms_aliases_per_key = 50;
inline constexpr std::size_t kms_context_bytes = 8'192;
inline constexpr std::size_t kms_policy_bytes = 32'768;
inline constexpr std::int64_t kms_rotation_days = 365;  // where EnableKeyRotation names no period
inline constexpr std::size_t expiries_per_tick = 64;    // keys, secrets and parameters that go by themselves

// agent/
inline constexpr std::size_t shipped_event_bytes =
    256 * 1024 - 26;  // PutLogEvents: 256 KiB with the overhead
inline constexpr std::size_t shipped_batch_events = 10'000;
inline constexpr std::size_t shipped_batch_bytes = 1024 * 1024;
inline constexpr std::size_t agent_tasks = 2'000;
inline constexpr std::size_t agent_reports_at_a_time = 10;
inline constexpr std::size_t agent_starts_at_a_time = 64;
inline constexpr std::int64_t log_flush_ms = 5'000;  // before STOPPED is reported
// How often a task's files are counted where the file system does not do it.
inline constexpr std::int64_t disk_count_ms = 5'000;
inline constexpr std::int64_t log_retention_ms =
    10 * 60'000;                                             // after STOPPED, for a log service that is away
inline constexpr std::int64_t metadata_requests_per_s = 40;  // per task, as the stock agent
inline constexpr std::int64_t metadata_burst = 60;
inline constexpr std::size_t metadata_connections = 64;        // of one container's address
inline constexpr std::size_t metadata_body_bytes = 16 * 1024;  // but calls of the API: http_body_bytes
inline constexpr std::size_t metadata_bodies_bytes = 64 * 1024 * 1024;  // in memory, of all tasks' API calls
inline constexpr std::size_t metadata_peer_bodies_bytes = 16 * 1024 * 1024;  // … of one container's address
inline constexpr std::int64_t metadata_body_timeout_ms = 30'000;
inline constexpr std::int64_t metadata_call_timeout_ms = 10'000;  // of the API, for a task

// daemon/
inline constexpr std::size_t agent_queued_frames = 10'000;
inline constexpr std::int64_t agent_heartbeat_ms = 25'000;
inline constexpr std::int64_t live_tail_poll_ms = 250;
inline constexpr std::int64_t log_upkeep_ms = 60'000;
inline constexpr std::size_t bulk_workers = 4;
inline constexpr std::size_t node_workers = 8;
inline constexpr std::int64_t node_credentials_life_ms = 12 * 3'600'000;

}  // namespace slipway::limits

/**
 * The JSON shapes that travel on the bus, their codecs, and the table of who publishes what
 * (`docs/spec/pubsub.md §4, 14`). `topics.<agent>.<topic>` is the way in.
 * @module
 */
export * from "./app_instance_config.ts";
export * from "./app_instance_status.ts";
export * from "./app_metrics.ts";
export * from "./app_reports.ts";
export * from "./app_status.ts";
export * from "./attestation.ts";
export * from "./certs.ts";
export * from "./cipher.ts";
export * from "./cipher_metrics.ts";
export * from "./config_item_value_map.ts";
export * from "./config_item_values.ts";
export * from "./config_items.ts";
export * from "./config_sections.ts";
export * from "./datastore_config.ts";
export * from "./deferred_queue_metrics.ts";
export * from "./device_network_status.ts";
export * from "./device_port_config.ts";
export * from "./edge_node.ts";
export * from "./edge_node_disks.ts";
export * from "./error_and_time.ts";
export * from "./go_bytes.ts";
export * from "./go_containers.ts";
export * from "./go_ip.ts";
export * from "./go_json.ts";
export * from "./go_raw.ts";
export * from "./go_scalars.ts";
export * from "./go_struct.ts";
export * from "./go_time.ts";
export * from "./go_type.ts";
export * from "./ip_flow.ts";
export * from "./kube_cluster_update_status.ts";
export * from "./led_blink_counter.ts";
export * from "./metrics_map.ts";
export * from "./network_config.ts";
export * from "./network_instance_status.ts";
export * from "./network_port.ts";
export * from "./newlog_metrics.ts";
export * from "./node_status.ts";
export * from "./onboarding_status.ts";
export * from "./patch_envelope.ts";
export * from "./physical_io_adapter_list.ts";
export * from "./scep_profile.ts";
export * from "./subscribers.ts";
export * from "./table.ts";
export { rawTopic } from "./topic_of.ts";
export * from "./test_results.ts";
export * from "./traffic_counters.ts";
export * from "./uuid_and_version.ts";
export * from "./vm_config.ts";
export * from "./volume_config.ts";
export * from "./volume_status.ts";
export * from "./wwan.ts";
export * from "./wwan_metrics.ts";
export * from "./zed_agent_status.ts";

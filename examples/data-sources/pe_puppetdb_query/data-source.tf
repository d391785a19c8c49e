data "pe_puppetdb_query" "failed" {
  query = "nodes[certname, report_timestamp] { latest_report_status = \"failed\" }"
}

output "failed_last_time" {
  value = data.pe_puppetdb_query.failed.certnames
}

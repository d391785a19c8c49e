data "pe_usage" "january" {
  start_date = "2026-01-01"
  end_date   = "2026-01-31"
  events     = "exclude"
}

output "most_nodes" {
  value = max(0, data.pe_usage.january.days[*].total_nodes...)
}

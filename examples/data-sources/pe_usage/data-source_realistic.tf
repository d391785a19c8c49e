variable "licensed_nodes" {
  description = "How many nodes the licence is for."
  type        = number
  default     = 500
}

data "pe_usage" "latest" {
  events = "exclude"
}

check "licence" {
  assert {
    condition     = max(0, data.pe_usage.latest.days[*].total_nodes...) <= var.licensed_nodes
    error_message = "More nodes were used than the licence is for."
  }
}

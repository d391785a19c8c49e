variable "environments" {
  description = "Environments to compare."
  type        = set(string)
  default     = ["production"]
}

data "pe_plans" "each" {
  for_each    = var.environments
  environment = each.value
}

output "plans" {
  value = { for name, found in data.pe_plans.each : name => found.plans[*].name }
}

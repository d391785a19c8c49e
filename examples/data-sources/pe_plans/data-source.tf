data "pe_plans" "production" {
  environment = "production"
}

output "plans_that_we_may_run" {
  value = [for plan in data.pe_plans.production.plans : plan.name if plan.permitted]
}

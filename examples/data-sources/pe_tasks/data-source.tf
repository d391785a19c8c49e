data "pe_tasks" "production" {
  environment = "production"
}

output "tasks" {
  value = data.pe_tasks.production.tasks[*].name
}

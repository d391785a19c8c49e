data "pe_tasks" "production" {
  environment = "production"
}

# All tasks of one module, for a task-target that allows them.
locals {
  package_tasks = [
    for task in data.pe_tasks.production.tasks : task.name
    if task.name == "package" || startswith(task.name, "package::")
  ]
}

output "package_tasks" {
  value = local.package_tasks
}

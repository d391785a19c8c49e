# A role whose permissions several configurations add to. It says nothing of permissions itself.
resource "pe_role" "maintainers" {
  display_name = "Maintainers"
}

resource "pe_task_target" "packages" {
  display_name = "Packages of the databases"
  tasks        = ["package"]
  node_groups  = ["1c0e5b7a-2a44-4c19-8f5d-6b1f0c2d3e41"]

  lifecycle {
    create_before_destroy = true
  }
}

resource "pe_role_permission" "packages" {
  role_id     = pe_role.maintainers.id
  object_type = "tasks"
  action      = "run_with_constraints"
  instance    = pe_task_target.packages.id
}

terraform {
  required_providers {
    pe = {
      source = "terraform-provider-pe/pe"
    }
  }
}

variable "release" {
  description = "What is rolled out: a tag or a commit, not the number of the pipeline."
  type        = string
}

resource "pe_deploy" "web" {
  environment = "production"
  scope       = { query = "inventory[certname] { facts.role = \"web\" }" }
  launch_key  = "${var.release}/web"
}

resource "pe_task" "restart" {
  for_each   = { web = "httpd", db = "postgresql" }
  task       = "service"
  params     = { action = "restart", name = each.value }
  scope      = { query = "inventory[certname] { facts.role = ${provider::pe::pql_string(each.key)} }" }
  launch_key = "${var.release}/restart/${each.key}"
  depends_on = [pe_deploy.web]
}

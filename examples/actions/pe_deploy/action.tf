# Runs Puppet, whenever somebody asks for it: terraform apply -invoke=action.pe_deploy.web
action "pe_deploy" "web" {
  config {
    environment = "production"
    scope       = { nodes = ["web1.example.com", "web2.example.com"] }
  }
}

# Deploys the code of production, whenever somebody asks for it: terraform apply -invoke=action.pe_code_deploy.production
action "pe_code_deploy" "production" {
  config {
    environments = ["production"]
  }
}

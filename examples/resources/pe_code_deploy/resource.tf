resource "pe_code_deploy" "production" {
  environments = ["production"]
}

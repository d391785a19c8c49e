# Which parameters have to be given, and of which type.
data "pe_plan_metadata" "canary" {
  environment = "production"
  name        = "canary"
}

output "required" {
  value = {
    for name, parameter in data.pe_plan_metadata.canary.parameters : name => parameter.type
    if !contains(keys(data.pe_plan_metadata.canary.defaults), name)
  }
}

check "the_pipeline_may_run_it" {
  assert {
    condition     = data.pe_plan_metadata.canary.permitted
    error_message = "The token's user may not run the plan canary."
  }
}

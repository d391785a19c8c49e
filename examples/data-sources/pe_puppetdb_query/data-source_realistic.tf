# The web servers on which Puppet has failed last time, with when that was. Columns that are named keep the state small.
data "pe_puppetdb_query" "failed" {
  query   = "nodes[certname, report_timestamp] { latest_report_status = \"failed\" and certname ~ ${provider::pe::pql_string("^web")} }"
  limit   = 500
  timeout = "2m"
}

# How many nodes there are of each operating system: what a query computes has the name of the function.
data "pe_puppetdb_query" "systems" {
  query = "inventory[facts.os.family, count()] { group by facts.os.family }"
}

output "failed" {
  value = { for row in data.pe_puppetdb_query.failed.rows : row.certname => row.report_timestamp }
}

output "systems" {
  value = { for row in data.pe_puppetdb_query.systems.rows : row["facts.os.family"] => row.count }
}

list "pe_role" "ours" {
  provider = pe
}

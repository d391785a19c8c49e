# Everything comes from the environment:
#   PE_SERVER_URL=https://pe.example.com:8143
#   PE_CA_CERT_FILE=/etc/puppetlabs/puppet/ssl/certs/ca.pem
#   PE_TOKEN=...
provider "pe" {}

// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/clienttools"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

// token finds the token, which is optional with a client certificate.
func (r *resolver) token(hasCertificate bool) (token, from string) {
	if !r.config.Token.IsNull() {
		return r.cleanToken(r.config.Token.ValueString(), argument("token"))
	}
	if !r.config.TokenFile.IsNull() {
		return r.readToken(r.machine.ClientTools.Expand(r.config.TokenFile.ValueString()), argument("token_file"))
	}
	if text, ok := r.env(pe.EnvToken); ok {
		return r.cleanToken(text, variable(pe.EnvToken))
	}
	if name, ok := r.env(pe.EnvTokenFile); ok {
		return r.readToken(r.machine.ClientTools.Expand(name), variable(pe.EnvTokenFile))
	}
	tools := r.clientTools()
	if tools.Token.Value != "" {
		return r.cleanToken(tools.Token.Value, file(tools.Token.File))
	}
	if tools.TokenFile.Value != "" {
		if _, err := os.Stat(tools.TokenFile.Value); err == nil || !hasCertificate {
			return r.readToken(tools.TokenFile.Value, file(tools.TokenFile.File))
		}
	}
	return r.defaultToken(hasCertificate)
}

func (r *resolver) defaultToken(hasCertificate bool) (token, from string) {
	name := r.machine.ClientTools.DefaultTokenFile()
	if _, err := os.Stat(name); name == "" || errors.Is(err, fs.ErrNotExist) {
		if !hasCertificate {
			r.noToken = &pe.MissingToken{
				Summary: "No token",
				Detail: "Puppet Enterprise asks for an RBAC token. Run `puppet-access login`, which writes one to " +
					cmp.Or(name, "~/.puppetlabs/token") + ", or give one in one of these ways:\n\n  - the argument `token` or `token_file` in the " +
					"provider block,\n  - the environment variable " + pe.EnvToken + " or " + pe.EnvTokenFile + ",\n  - `token-file` in the PE " +
					"client tools' orchestrator.conf.",
			}
		}
		return "", ""
	}
	return r.readToken(name, origin{text: "the default token file"})
}

func (r *resolver) cleanToken(text string, from origin) (string, string) {
	token, err := clienttools.CleanToken(text)
	switch {
	case errors.Is(err, clienttools.ErrTokenEmpty):
		r.fault(from, "The token is empty", prose.Sentence(from.text+" holds no token")+" Give one, or leave it out so that the token is "+
			"looked for elsewhere.")
	case err != nil:
		r.fault(from, "The token cannot be used", prose.Sentence("the token from "+from.text+" cannot be used: "+err.Error()))
	}
	return token, from.text
}

func (r *resolver) readToken(name string, from origin) (string, string) {
	if r.misplaced(name, from, "The token file cannot be used", "`token` or "+pe.EnvToken) {
		return "", ""
	}
	token, err := clienttools.ReadTokenFile(name)
	if err != nil {
		r.fault(from, "The token file cannot be used", prose.Sentence(err.Error())+" The path comes from "+from.text+
			".\n\nRun `puppet-access login` to write a new token, or name the file that holds one.")
		return "", ""
	}
	if mode, others := clienttools.OthersMayRead(name); others {
		r.caution(from, "Other users of this machine may read the token",
			fmt.Sprintf("The token file %s has the mode %04o. Whoever reads it can run whatever its user may run: chmod 600 %s",
				name, mode, name))
	}
	r.renewToken = func() (string, error) { return clienttools.ReadTokenFile(name) }
	return token, "the file " + name
}

// misplaced refuses a secret in the place of a path, without showing it. instead is where it belongs.
func (r *resolver) misplaced(value string, from origin, summary, instead string) bool {
	var what string
	switch {
	case validate.IsPEM(value):
		what = "a text in PEM form"
	case validate.LooksLikeToken(value), len(value) >= longWord && !strings.ContainsAny(value, `/\.`):
		what = "what may be a token"
	default:
		return false
	}
	if _, err := os.Stat(value); err == nil {
		return false // it is a file with an unusual name
	}
	r.fault(from, summary, prose.UpperFirst(from.text)+" holds "+what+" (not shown here), where the path of a file belongs, and there is "+
		"no file of that name. The text itself belongs into "+instead+".")
	return true
}

// longWord is from how many characters on a name without a folder and an extension may be a secret.
const longWord = 32

/** A server's certificate is not to be trusted; the message says why, and what to do. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError';
}

/** Node's codes, which are OpenSSL's. See https://nodejs.org/api/tls.html#x509-certificate-error-codes. */
const UNKNOWN_AUTHORITY: ReadonlySet<string> = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_UNTRUSTED',
]);
const OTHERS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'has expired. Whoever runs the server has to renew it; or the clock of this computer is wrong',
  CERT_NOT_YET_VALID: 'is not valid yet. Check the clock of this computer',
  ERR_TLS_CERT_ALTNAME_INVALID: 'is made out to another name. Check the address',
  CERT_REVOKED: 'was revoked. Ask whoever runs the server',
  CERT_REJECTED: 'is refused by this computer. Ask whoever runs the server',
  INVALID_PURPOSE: 'is not made for a server. Ask whoever runs the server',
  CERT_SIGNATURE_FAILURE: 'has a signature that is wrong. Something between here and the server may have changed it',
};

/** `undefined` where the connection failed for another reason. The certificate is never made to count for nothing: there is no way around it. */
export function certificateProblem(error: Error, origin: string): CertificateError | undefined {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const what = UNKNOWN_AUTHORITY.has(code)
    ? 'is signed by nobody that this computer trusts. If the server, or a proxy before it, is your own or your company\u2019s, add the authority that signs its certificates to those that the operating system trusts, and reload the window'
    : OTHERS[code];
  return what === undefined ? undefined : new CertificateError(`The certificate of ${origin} ${what} (${code})`);
}

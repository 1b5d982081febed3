/** The byte-level examples of `spec/device-api.md §4.7`; the keys are throw-away test keys. */

export const DEVICE_SCALAR = "b3a4a7836ce823d1f07a544a3187240b5d0555dcf5d884d83ba368e44f62d567";

export const DEVICE_PEM = `-----BEGIN CERTIFICATE-----
MIIBAjCBqgIBATAKBggqhkjOPQQDAjAOMQwwCgYDVQQDDANFVkUwHhcNMjYxMTIz
MjEzMzM2WhcNNDYxMTE4MjEzMzM2WjAOMQwwCgYDVQQDDANFVkUwWTATBgcqhkjO
PQIBBggqhkjOPQMBBwNCAATr6lJUIUCNAxPHr8HRc0f+EBhenmdrboyBWePcNICS
x0ZR+VkPGC9/+u8D6XfJsHPZLOV4hX+Nq3atAgHgwPcfMAoGCCqGSM49BAMCA0cA
MEQCIFPxLkM7IHjI8X1bp3szde3HXuYZa8br/MsIrD9xFCxcAiBWC2euJslfoEdj
UYstPlCfNEe4eiqT63NGhTvNrbOIQQ==
-----END CERTIFICATE-----
`;

/** Without a final newline, as it stands in `ZCert.cert`. */
export const SIGNING_PEM = `-----BEGIN CERTIFICATE-----
MIIBAjCBqgIBATAKBggqhkjOPQQDAjAOMQwwCgYDVQQDDANjdGwwHhcNMjYxMTIz
MjEzMzM2WhcNNDYxMTE4MjEzMzM2WjAOMQwwCgYDVQQDDANjdGwwWTATBgcqhkjO
PQIBBggqhkjOPQMBBwNCAASErihiqf3kjfnQffoiIChnVQ3OzqPdXayt/kwGidbk
4l+DxfvW4bAe6ZqS5eKMBJ80NjD9kLs6C0f6p6X1XevdMAoGCCqGSM49BAMCA0cA
MEQCIHsZxEnraUbDxfEIfNWozObJnbdWEAhlCxiuMYuomVEiAiApv4cNI4HToNcN
UsZiPgerv4b0bQSlUGnyjjqNZqagoQ==
-----END CERTIFICATE-----`;

/** Milliseconds; inside the validity of both certificates. */
export const VECTOR_TIME = Date.parse("2030-01-01T00:00:00Z");

const hex = (text: string) => Uint8Array.fromHex(text.replaceAll(/\s/g, ""));

/** Body of `POST …/uuid`, 104 bytes. */
export const UUID_REQUEST = hex(`0a00 1002
  1a20 52f613220000a7750c914bc550d07fca4935f4653406c65a802b593593cc0847
  2240 73fb6f7e44ebf288830771e317de010c2ed1bf066ab8c062287f2715888cbdcf
       647f95b3beac1956318b3c09e53aa0c19c565b889527b3671a158ae9a4c6e460`);

/** Answer to `uuid`, 144 bytes. */
export const UUID_RESPONSE = hex(`0a28 0a26 0a24
  35643037363765652d303534372d343536392d623533302d333837653532366638636239
  1002
  1a20 b13785df9ddb9a7ba9c6a605225867a9f2a79e86d7c2c3d2baa93240d9428997
  2240 159f1ca2b708f4512d370658a20d0977b88437b1b55f0879fecee79c897cabd4
       ab4ca25d929796ed0a81fda25dd835be36b902ded78f2576ad3275a5c929dd43`);

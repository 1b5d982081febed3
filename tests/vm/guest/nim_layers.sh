# The lab of bonds and VLANs, with the output of `deno test` on the console.
for module in bonding 8021q veth bridge dummy nf_tables nft_chain_nat nft_quota; do modprobe "$module" || exit 1; done
exec deno test -A --no-check --cached-only ${VM_FILTER:+--filter "$VM_FILTER"} tests/vm/guest/nim_layers.ts

/** Says below a field what it takes. */
export function Wrong({
  id,
  problem,
}: {
  readonly id: string
  readonly problem: string | undefined
}) {
  return (
    <span id={id} class="wrong" role="alert">
      {problem}
    </span>
  )
}

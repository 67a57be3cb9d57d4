/** One setting: its name, what it does, and its control. */
export function Line({ name, text, children }: { name: string; text?: string; children: React.ReactNode }) {
  return (
    <div className="setting">
      <div className="grow">
        <b>{name}</b>
        {text !== undefined && <p className="xs">{text}</p>}
      </div>
      {children}
    </div>
  )
}

import { s } from '../../strings/strings.js'

/** A chest drawn in a few strokes: the welcome screen has a picture before any library has one. */
export function SamplePhantom() {
  return (
    <svg className="sample" viewBox="0 0 150 128" role="img" aria-label={s.welcome.sampleAlt}>
      <defs>
        <linearGradient id="sp-body" x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" stopColor="#8d8d8d" />
          <stop offset="1" stopColor="#d6d6d6" />
        </linearGradient>
        <radialGradient id="sp-lung" cx=".5" cy=".4" r=".7">
          <stop offset="0" stopColor="#1c1c1c" />
          <stop offset=".8" stopColor="#2e2e2e" />
          <stop offset="1" stopColor="#565656" />
        </radialGradient>
        <radialGradient id="sp-heart">
          <stop offset="0" stopColor="#f2f2f2" />
          <stop offset=".7" stopColor="#dedede" />
          <stop offset="1" stopColor="#dedede" stopOpacity="0" />
        </radialGradient>
        <radialGradient id="sp-patch">
          <stop offset="0" stopColor="#d8d8d8" stopOpacity=".85" />
          <stop offset="1" stopColor="#d8d8d8" stopOpacity="0" />
        </radialGradient>
      </defs>
      <rect width="150" height="128" fill="#000" />
      <path d="M14 20Q30 8 60 10h30q30-2 46 10l6 108H8z" fill="url(#sp-body)" />
      <path d="M62 16Q36 22 30 60q-6 32 0 42 16-10 34-6 6-40-2-80z" fill="url(#sp-lung)" />
      <path d="M88 16q26 6 32 44 6 32 0 42-16-10-34-6-6-40 2-80z" fill="url(#sp-lung)" />
      <rect x="68" y="8" width="14" height="94" fill="#e4e4e4" opacity=".8" />
      <g fill="none" stroke="#bdbdbd" strokeWidth="1.6" opacity=".38">
        {[28, 40, 52, 64, 76, 88].map((y) => (
          <path key={y} d={`M66 ${y - 8}Q40 ${y - 8} 28 ${y + 6}M84 ${y - 8}q26 0 38 14`} />
        ))}
      </g>
      <ellipse cx="84" cy="80" rx="22" ry="20" fill="url(#sp-heart)" />
      <ellipse cx="46" cy="78" rx="15" ry="13" fill="url(#sp-patch)" />
      <path d="M8 128q22-36 56-30 40 4 78 30z" fill="#dcdcdc" />
      <rect x="52" y="114" width="46" height="11" rx="2" fill="#000" opacity=".78" />
      <text x="75" y="122.5" fontSize="8" fontWeight="600" textAnchor="middle" fill="#fff">
        {s.shell.syntheticBadge}
      </text>
    </svg>
  )
}

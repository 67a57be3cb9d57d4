/** Every package in the program with its version and licence, from the lockfile it was built with. */
import { packages } from 'virtual:packages'
import { s } from '../../strings/strings.js'

export function LicenceTable() {
  return (
    <table className="hit-table audit">
      <thead>
        <tr>
          {s.settings.licenceColumns.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {packages.map(({ name, version, licence }) => (
          <tr key={`${name} ${version}`}>
            <td>{name}</td>
            <td className="mono">{version}</td>
            <td>{licence}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

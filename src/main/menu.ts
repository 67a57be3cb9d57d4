/** The application menu. Hidden where the window has its own title bar; its keys work everywhere. */
import { app, dialog, Menu, type MenuItemConstructorOptions } from 'electron'

const NOT_FOR_DIAGNOSIS = 'Not for diagnostic use'
const INTENDED_USE =
  'Hilum finds similar cases for teaching and research. It is not a medical device and not for diagnosis. ' +
  'Nothing leaves this computer.'

function showAbout(version: string): void {
  void dialog.showMessageBox({
    type: 'info',
    title: 'About Hilum',
    message: `Hilum ${version}`,
    detail: `${INTENDED_USE}\n\nElectron ${process.versions.electron}, Chromium ${process.versions['chrome'] ?? ''}. Apache-2.0.`,
    buttons: ['Close'],
  })
}

export function setMenu(version: string): void {
  const about: MenuItemConstructorOptions = { label: 'About Hilum', click: () => showAbout(version) }
  const template: MenuItemConstructorOptions[] = [
    ...(process.platform === 'darwin'
      ? [
          {
            label: 'Hilum',
            submenu: [
              about,
              { type: 'separator' as const },
              { role: 'hide' as const },
              { role: 'quit' as const },
            ],
          },
        ]
      : [{ label: 'File', submenu: [{ role: 'quit' as const }] }]),
    {
      label: 'Edit',
      submenu: [
        { role: 'undo' },
        { role: 'redo' },
        { type: 'separator' },
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        { role: 'selectAll' },
      ],
    },
    {
      label: 'View',
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
      ],
    },
    {
      label: 'Help',
      submenu: [about, { type: 'separator' }, { label: NOT_FOR_DIAGNOSIS, click: () => showAbout(version) }],
    },
  ]
  app.applicationMenu = Menu.buildFromTemplate(template)
}

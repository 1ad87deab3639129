import base from '../../tsup.base.ts'

/**
 * chevrotain is bundled, a devDependency: its forty files take three times longer to load than all else from the import to
 * the first parse, and nobody has to install what is loaded already. Its license stands in THIRD-PARTY-LICENSES.txt.
 */
export default { ...base, noExternal: ['chevrotain'] }

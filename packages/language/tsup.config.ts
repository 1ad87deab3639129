import base from '../../tsup.base.ts'

// chevrotain is bundled: its seventy files take longer to load than all else from the import to the first parse.
export default { ...base, noExternal: ['chevrotain'] }

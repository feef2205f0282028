/** Thrown where a recording was ended early because it could not have shown what it was made for. */
export class Useless extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'Useless'
  }
}

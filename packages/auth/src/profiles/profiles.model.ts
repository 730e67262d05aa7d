import { defineKind } from '@mainstay/store';

/** The fields that the users of a project have; the id is always `profile`. As text: patterns and names stay what they are. */
export interface ProfileDefinitionRow {
  readonly id: string;
  readonly fields: string;
}
export const ProfileDefinitionKind = defineKind<ProfileDefinitionRow>({ name: 'profileDefinitions' });

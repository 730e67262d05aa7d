import { useProject } from '../../shell/project.ts';
import { useOnboardingFacts } from './use-onboarding-facts.ts';

/** A step from an empty project to one that does something. */
export interface OnboardingStep {
  readonly title: string;
  readonly detail: string;
  readonly isDone: boolean;
  /** Where it is done. */
  readonly to: string;
}

/** The steps, ticked from what the project really holds. */
export function useOnboarding(): readonly OnboardingStep[] {
  const { id } = useProject();
  const facts = useOnboardingFacts();
  const page = (path: string) => `/projects/${id}${path}`;
  return [
    {
      title: 'Create a collection',
      detail: 'Documents of one kind, with fields and rules.',
      isDone: facts.hasCollection,
      to: page('/data'),
    },
    {
      title: 'Add a document',
      detail: 'In the grid, or with the first line of the API page.',
      isDone: facts.hasDocument,
      to: page('/data'),
    },
    {
      title: 'Connect your app',
      detail: 'Paste a snippet with your key. This ticks itself at the first request.',
      isDone: facts.hasRequest,
      to: page('/api'),
    },
    { title: 'Sign up a user', detail: 'From your app, or by hand.', isDone: facts.hasUser, to: page('/users') },
    {
      title: 'Hear from a device',
      detail: 'Register one and paste its mosquitto_pub line.',
      isDone: facts.hasDevice,
      to: page('/devices'),
    },
    { title: 'Count an event', detail: 'Any Segment library works with your key.', isDone: facts.hasEvent, to: page('/analytics') },
    { title: 'Send a push', detail: 'To everybody, or to those whom a condition describes.', isDone: facts.hasMessage, to: page('/push') },
  ];
}

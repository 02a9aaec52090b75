import { Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { asFault, type Fault } from '../../shared/errors.ts';
import { t } from '../language/t.ts';
import { FaultNote } from './fault-note.tsx';

interface ErrorBoundaryProps {
  readonly children: ReactNode;
  /** Another value means another place: what failed there need not fail here. */
  readonly place?: string;
}

/** Catches what a view throws, so that the rest of the window (and its jobs) stays in reach. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { fault?: Fault | undefined }> {
  override state: { fault?: Fault | undefined } = {};

  static getDerivedStateFromError(error: unknown) {
    return { fault: asFault(error) };
  }

  override componentDidUpdate(before: ErrorBoundaryProps) {
    if (before.place !== this.props.place && this.state.fault) this.setState({ fault: undefined });
  }

  override render() {
    const { fault } = this.state;
    if (fault === undefined) return this.props.children;
    return (
      <div style={{ padding: 20, maxWidth: 760 }}>
        <FaultNote fault={fault} alert>
          <Button variant="default" onClick={() => this.setState({ fault: undefined })}>
            {t('Try again')}
          </Button>
          <Button variant="default" onClick={() => window.location.reload()}>
            {t('Load the window again')}
          </Button>
        </FaultNote>
      </div>
    );
  }
}
